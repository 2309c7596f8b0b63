"""The button with which lines are taken out of the service: for who may, and recorded before they are handed out."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import streamlit as st

from dashboards import service, who
from dashboards.investigation.acting import can_record, exported
from mingjing.errors import UsageError

T = TypeVar("T")
CSV = "text/csv"


def offer(
    what: str, lines: Callable[[], Sequence[T]], written: Callable[[Sequence[T]], bytes], name: str, mime: str = CSV, *,
    label: str = "", key: str = "", case_id: str = "", tip: str | None = None, quiet: bool = False,
) -> None:  # fmt: skip
    """Offers a file to who may export; the lines are read when it is pressed, with the eyes that who pressed then has.

    `what` names it in the record. Where nothing can be recorded (nobody signs in, no desk_dsn), nothing is.
    """
    if not who.may("export"):
        return

    def made() -> bytes:
        if not who.may("export"):
            raise UsageError(f"{what}: may not be taken out any more")
        found = lines()
        if can_record():
            exported(what, len(found), case_id)
        return written(found)

    st.download_button(
        label or service.words()("board.export_csv"), who.bound(made), name, mime, key=key or None, help=tip,
        on_click="ignore", type="tertiary" if quiet else "secondary",
    )  # fmt: skip
