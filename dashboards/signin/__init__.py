"""Signing in 登录: forms and the gate before every page; plain HTML, no page of Streamlit."""
