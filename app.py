"""The dashboard for `streamlit run app.py`; `qa-checker dashboard` runs the same."""

import streamlit as st

from qa_checker.dashboard import mishaps, server

server.check_settings()
mishaps.keep_words_out_of_the_log()
app = st.App(
    server.PAGES,
    routes=server.routes(),
    middleware=server.middleware(),
    secrets=server.secrets(),
    on_script_error=mishaps.explain,
)
