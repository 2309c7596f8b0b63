"""Which functions there are, N01 to N66, and where each is shown: rules, registers, pages, tests and documents.

The table is coverage.toml beside this module, one section a function. What it names must exist, and a function that
no rule or no page shows says why; a test holds both. docs/coverage.md is made of it:

    python -m mingjing.coverage docs/coverage.md
"""

from mingjing.coverage.functions import Function, functions, lacking, registers_of
from mingjing.coverage.page import page

__all__ = ["Function", "functions", "lacking", "page", "registers_of"]
