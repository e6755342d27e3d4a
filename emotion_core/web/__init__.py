"""The app's own routes beside Streamlit's: uploads and media. Starlette only; nothing here knows a page."""
