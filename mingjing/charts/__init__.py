"""Charts as Vega-Lite specifications, for pages and for printed briefs alike.

Pure: one chart is one function from data and labels, in the reader's language, to a dict. What a browser draws and what
a brief prints is the same picture.
"""
