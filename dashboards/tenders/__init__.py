"""Tender supervision 招投标监察: what its page reads and draws."""
