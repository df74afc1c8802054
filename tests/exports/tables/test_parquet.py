"""Parquet files."""

import io
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
from conftest import rejected

from qa_checker.exports import Refused

MOMENT = datetime(2026, 8, 26, 11, 0, 0, 499_600)


def written(**columns) -> bytes:
    file = io.BytesIO()
    rows = len(columns["text"])
    table = {"session_id": ["S1"] * rows, "role": ["agent"] * rows, "sent_at": [MOMENT] * rows} | columns
    parquet.write_table(pa.table(table), file)
    return file.getvalue()


@pytest.mark.parametrize(
    "times",
    [
        pa.array([MOMENT, None]),
        pa.array([MOMENT.replace(hour=3, tzinfo=UTC), None]),
        pa.array([MOMENT.replace(hour=3, tzinfo=UTC), None], pa.timestamp("ns", "America/New_York")),
        pa.array(["2026-08-26 11:00:00.4996", ""]),
        pa.array([1787713200499600, None]),
        pa.array([1787713200500.0, None]),
    ],
)
def test_times_of_every_type(reading, times):
    export = reading(written(text=["您好", "在的"], sent_at=times), "a.parquet")
    assert export.messages["sent_at"].to_pylist() == [MOMENT.replace(microsecond=500_000), None]


def test_columns_of_every_type(reading):
    texts = pa.array(["您好", "在的"]).dictionary_encode()
    export = reading(written(text=texts, session_id=[12.0, 13.0], is_auto=[True, False], rating=[5, None]), "a.parquet")
    assert export.messages["session_id"].to_pylist() == ["12", "13"]
    assert export.messages["is_auto"].to_pylist() == [True, False]
    assert export.messages["rating"].to_pylist() == ["5", None]


def test_rows_count_from_one_and_rejects_keep_every_field(reading):
    export = reading(written(text=["您好", None], unknown=[1, 2]), "a.parquet")
    assert rejected(export) == [(2, "missing_field")]
    assert b'"unknown": 2' in export.rejects[0].raw


def test_a_broken_file_is_refused(reading):
    for content in (written(text=["您好"])[:-50], b"PAR1" + bytes(50)):
        with pytest.raises(Refused, match="Parquet") as refused:
            reading(content, "a.parquet")
        assert refused.value.reason == "not_a_table"


def test_texts_that_are_no_utf_8_are_refused(reading):
    no_text = pa.Array.from_buffers(pa.string(), 1, pa.array([b"\xff\xfe"]).buffers())
    with pytest.raises(Refused, match="已损坏"):
        reading(written(text=no_text), "a.parquet")
