"""What happens when a page fails unexpectedly: a plain word to who looks at it, and a trace without anybody's words."""

import logging
import traceback
from datetime import datetime

import streamlit as st

from qa_checker.clock import SHANGHAI

_STREAMLITS_LOGS = ("streamlit.error_util", "streamlit.runtime.backend_operation_handler")
"""Where a page that failed is told, and a file that could not be made for a download."""


def explain(_error: Exception) -> bool:
    """Tell the visitor what to do; True keeps Streamlit from showing its own English box."""
    at = datetime.now(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
    st.error(
        "这一步没有成功，不是您操作错了。已经保存的复核、申诉都还在。\n\n"
        f"请刷新本页再试一次；还是这样，就把时间 {at} 和您在做什么告诉管理员，原因记在看板服务的日志里。",
        icon=":material/error:",
    )
    return True


class WithoutWords(logging.Filter):
    """Cuts an exception's own message out of a record: it may quote a conversation. Places and kinds of error stay."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, those of exceptions without their messages."""
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            record.exc_info, record.exc_text = None, trace(error)
        return True


def trace(error: BaseException) -> str:
    """Where an error came from, with what caused it first: file, line and kind, as Python prints it but no message."""
    earlier = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    begun = f"{trace(earlier)}\n\nthen:\n" if earlier else ""
    places = "".join(traceback.format_tb(error.__traceback__))
    return f"{begun}{places}{type(error).__module__}.{type(error).__qualname__}"


def keep_words_out_of_the_log() -> None:
    """Hold for everything that Streamlit logs about a page or a download that failed."""
    for name in _STREAMLITS_LOGS:
        logging.getLogger(name).addFilter(WithoutWords())
