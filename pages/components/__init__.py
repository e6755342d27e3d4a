"""Web components, each in a folder with its Python, JavaScript, CSS and HTML."""
