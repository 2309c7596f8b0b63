"""What Streamlit is given to run. In a folder of its own: beside a `pages` folder Streamlit would ignore it at first."""
