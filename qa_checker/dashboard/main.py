"""The server that `qa-checker dashboard` starts; app.py is the same for `streamlit run app.py` in a checkout."""

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
