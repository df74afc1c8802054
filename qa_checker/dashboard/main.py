"""The server that `qa-checker dashboard` starts; app.py is the same for `streamlit run app.py` in a checkout."""

import streamlit as st

from qa_checker.dashboard import server

server.check_settings()
app = st.App(server.PAGES, routes=server.routes(), middleware=server.middleware(), secrets=server.secrets())
