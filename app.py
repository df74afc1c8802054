"""The dashboard for `streamlit run app.py`; `qa-checker dashboard` runs the same."""

import streamlit as st

from qa_checker.dashboard import server

server.check_settings()
app = st.App(server.PAGES, routes=server.routes(), middleware=server.middleware(), secrets=server.secrets())
