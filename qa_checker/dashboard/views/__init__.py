"""One module for each page of the dashboard. (A folder named `pages` Streamlit would take for its own.)"""
