"""Who sees what: every role, at every place, of every page's queries, the API, exports and search."""
