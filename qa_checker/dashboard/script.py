"""The script that Streamlit runs for every visitor, at every click."""

from qa_checker.dashboard.navigation import run
from qa_checker.dashboard.server.turns import turn

with turn():
    run()
