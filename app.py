"""The dashboard for `streamlit run app.py`; `qa-checker dashboard` runs the same."""

import streamlit as st

from qa_checker.dashboard.server.parts import SCRIPT, parts

app = st.App(SCRIPT, **parts())
