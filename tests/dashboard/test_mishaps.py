"""What is kept of an unexpected error: where it happened and of what kind, never a word that somebody wrote."""

import asyncio
import logging

import pytest
from streamlit import error_util
from streamlit.proto.BackMsg_pb2 import BackendOperationRequest
from streamlit.runtime import backend_operation_handler
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage

from qa_checker.dashboard.server.mishaps import WithoutWords, keep_words_out_of_the_log

SECRET = "我的电话13800138000"


def fail() -> None:
    try:
        raise KeyError(SECRET)
    except KeyError as first:
        raise ValueError(f"看不懂 {SECRET}") from first


def test_a_trace_names_places_and_kinds_but_no_message() -> None:
    with pytest.raises(ValueError, match="看不懂") as caught:
        fail()
    error = caught.value
    record = logging.LogRecord("x", logging.ERROR, "", 0, "Uncaught", None, (type(error), error, error.__traceback__))
    assert WithoutWords().filter(record)
    written = logging.Formatter().format(record)
    assert SECRET not in written
    assert "builtins.KeyError\n\nthen:" in written
    assert written.endswith("builtins.ValueError")
    assert written.count("in fail") == 2


def kept_by(log_name: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What this log of Streamlit's writes from now on."""
    log = logging.getLogger(log_name)
    monkeypatch.setattr(log, "filters", [])
    keep_words_out_of_the_log()
    records: list[str] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            records.append(self.format(record))

    monkeypatch.setattr(log, "handlers", [Kept()])
    return records


def test_streamlits_own_record_of_a_failed_page_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    records = kept_by(error_util.__name__, monkeypatch)
    with pytest.raises(ValueError, match="看不懂") as caught:
        fail()
    error_util._log_uncaught_app_exception(caught.value)
    assert len(records) == 1
    assert SECRET not in records[0]


def test_streamlits_own_record_of_a_failed_download_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    records = kept_by(backend_operation_handler.__name__, monkeypatch)
    files = MediaFileManager(MemoryMediaFileStorage("/media"))
    asked = BackendOperationRequest(request_id="1")
    asked.deferred_file.file_id = files.add_deferred(fail, None, "here")
    answer = asyncio.run(backend_operation_handler.DeferredFileHandler(lambda: files).handle(asked, "a visit"))
    assert SECRET not in str(answer)
    assert len(records) == 1
    assert "in fail" in records[0]
    assert SECRET not in records[0]
