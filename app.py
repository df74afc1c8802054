"""The dashboard's entry for `streamlit run app.py`; `qa-checker dashboard` runs the same pages."""

from qa_checker.dashboard.navigation import run

run()
