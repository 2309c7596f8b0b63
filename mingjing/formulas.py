"""Texts that a spreadsheet would run as a formula."""

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""How a formula may begin; a Chinese Excel takes the full-width signs too.

Source: OWASP, CSV Injection.
"""


def led(text: str) -> str:
    """The text, led by an apostrophe where a spreadsheet would run it.

    >>> led("=1+1"), led("＝1+1"), led("1 = 1")
    ("'=1+1", "'＝1+1", '1 = 1')
    """
    return f"'{text}" if text.startswith(FORMULA) else text
