"""The catalogue of bad inputs: each ends in messages, rows set aside or a refusal, and every row is accounted for."""

import json
from pathlib import Path

import bad_archives
import bad_cells
import bad_encodings
import bad_json
import bad_parquet
import bad_tables
import bad_workbooks
import pytest
from case import Case
from typer.testing import CliRunner

from qa_checker.cli import app
from qa_checker.exports import Export, Refused, read

CASES = [
    case
    for each in (bad_archives, bad_cells, bad_encodings, bad_json, bad_parquet, bad_tables, bad_workbooks)
    for case in each.CASES
]


def test_every_case_has_a_name_of_its_own() -> None:
    names = [case.name for case in CASES]
    assert len(names) == len(set(names)) >= 160


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_bad_input(case: Case, tmp_path: Path) -> None:
    path = tmp_path / case.file
    path.write_bytes(case.bytes())
    if case.refused:
        with pytest.raises(Refused) as refused:
            read([path], **case.options)
        assert refused.value.reason == case.refused
        assert case.file in str(refused.value)
        assert "请" in str(refused.value) or "可以" in str(refused.value)
        assert case.tells in str(refused.value)
        return
    export = read([path], **case.options)
    found = tuple((reject.row, reject.reason) for reject in export.rejects)
    assert (export.messages.num_rows, found, export.duplicates) == (case.scored, case.rejects, case.duplicates)
    assert export.rows_in == case.scored + len(case.rejects) + case.duplicates
    _look_closer(case, export)


def _look_closer(case: Case, export: Export) -> None:
    content = case.bytes()
    for reject in export.rejects:
        assert "请" in reject.detail
        assert reject.file.endswith(case.file) or case.file in reject.file
        assert reject.raw
        if case.file.endswith((".csv", ".tsv", ".txt")):
            assert reject.raw in content
    if case.texts is not None:
        assert tuple(export.messages["text"].to_pylist()) == case.texts
    if case.times is not None:
        assert tuple(_plainly(time) for time in export.messages["sent_at"].to_pylist()) == case.times
    assert case.warns in "\n".join(export.warnings)


def _plainly(time: object) -> str:
    return str(time).removesuffix("000") if "." in str(time) else str(time)


@pytest.mark.long
def test_a_night_with_all_of_them(tmp_path: Path) -> None:
    """Everything that isn't refused goes into one batch: published, every row accounted for."""
    files = []
    rows = 0
    for number, case in enumerate(CASES):
        if not case.refused and not case.options:
            files.append(tmp_path / str(number) / case.file)
            files[-1].parent.mkdir()
            files[-1].write_bytes(case.bytes())
            rows += case.scored + len(case.rejects) + case.duplicates
    archive = tmp_path / "archive"
    arguments = ["--archive", archive, "--batch", "all", "--max-bad-ratio", "1", "--json"]
    result = CliRunner().invoke(app, list(map(str, ["score", *files, *arguments])))
    assert result.exit_code == 0, result.output
    counts = json.loads(result.stdout)
    assert counts["rows_in"] == rows == counts["scored"] + counts["quarantined"] + counts["duplicates"]
    (rejects,) = archive.rglob("rejects.jsonl")
    assert len(rejects.read_text("utf-8").splitlines()) == counts["quarantined"] == sum(counts["reasons"].values())
