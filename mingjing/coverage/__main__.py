"""Writes docs/coverage.md."""

import sys
from pathlib import Path

from mingjing.coverage import functions, page

if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(functions()), encoding="utf-8")
