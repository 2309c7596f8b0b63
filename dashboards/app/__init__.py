"""What Streamlit is given to run, in a folder of its own: beside a folder `pages` it would run that first."""
