"""The API: scores, findings and open data over HTTP, read only, so that another platform can pull (docs/api.md)."""
