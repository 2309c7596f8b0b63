"""Open data 开放数据: what the public may know, built from sums of score lines and nothing else.

`atoms` are what is read, `hiding` and `span` say what must stay untold, `dataset` makes rows, `files` writes them.
docs/opendata.md explains it to whoever uses the data.
"""
