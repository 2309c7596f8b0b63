"""A guard for our four short package names.

`rules`, `streams`, `video` and `dashboards` lie beside `mingjing`; a stranger's package of the same
name (PyPI has a `rules`) that comes earlier on the path would be imported in place of ours.
"""

from importlib.util import find_spec
from pathlib import Path

from mingjing.errors import ServiceError

OURS = ("rules", "streams", "video", "dashboards")


def guard() -> None:
    """Raise ServiceError, naming file and remedy, if one of our names leads to somebody else's package."""
    home = Path(__file__).resolve().parent.parent
    for name in OURS:
        spec = find_spec(name)
        found = Path(spec.origin or "") if spec else Path()
        if found.resolve() != home / name / "__init__.py":
            where = f"is another package: {found}" if spec else "is missing"
            raise ServiceError(
                f"the package {name} {where}; Mingjing's lies in {home}. "
                "Install Mingjing into a virtual environment of its own (./run setup makes one)"
            )
