"""The script that Streamlit runs, from a checkout (through app.py) as from an installed wheel."""

from qa_checker.dashboard.navigation import run

run()
