"""What the first entry of a chain says."""

from msgspec import Struct


class Opened(Struct, frozen=True, kw_only=True):
    """The body of a chain's first entry: who writes it, and with which key (64 hex digits)."""

    key: str
    host: str
    service: str
    version: str
