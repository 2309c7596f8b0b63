"""The scripts that Streamlit runs as pages; see `dashboards.app.main`."""
