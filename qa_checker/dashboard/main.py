"""The server that `qa-checker dashboard` starts; app.py is the same for `streamlit run app.py` in a checkout."""

import streamlit as st

from qa_checker.dashboard.server.parts import SCRIPT, parts

app = st.App(SCRIPT, **parts())
