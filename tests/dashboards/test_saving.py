"""What is taken out of the service: by whom, at the moment of the click, and recorded before it is handed out."""

import re
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import Any

import pytest
from msgspec import Struct
from msgspec.structs import replace

from dashboards import who
from dashboards.components import saving
from dashboards.signin import here
from mingjing.access import WHOLE, Person
from mingjing.errors import UsageError

DASHBOARDS = Path(who.__file__).parent
CHEN = Person(account="chen", roles=frozenset({"supervisor"}), scope=WHOLE)
OTHERS = {
    "components/handling.py",  # attachments: who sees the finding may have them; recorded by desk.acting.content
    "components/trial.py",  # the text of a rule, just typed
    "investigation/panels.py",  # packs: permitted and recorded when they are made
    "pages/mine.py",  # the words of an appeal, to be filled in
    "public/exposures.py",
    "public/page.py",
}


class Stay(Struct):
    person: Person
    renew: bool = False


class Office:
    stays: dict[str, Stay]

    def __init__(self) -> None:
        self.stays = {"token": Stay(CHEN)}

    def standing(self, token: str) -> Stay | None:
        return self.stays.get(token)


@pytest.fixture
def signed_in(monkeypatch: pytest.MonkeyPatch) -> Office:
    office, cookies = Office(), {here.COOKIE: "token"}
    monkeypatch.setattr(here, "is_off", lambda: False)
    monkeypatch.setattr(here, "office", lambda: office)
    monkeypatch.setattr(who, "st", SimpleNamespace(context=SimpleNamespace(cookies=cookies)))
    office.leave = cookies.clear  # type: ignore[attr-defined]  # the page's session is not at hand any more
    return office


def elsewhere(make: Callable[[], Any]) -> Any:
    """As Streamlit makes a download: in a thread that knows no session. What is raised comes back."""
    came: list[Any] = []

    def run() -> None:
        try:
            came.append(make())
        except UsageError as wrong:
            came.append(wrong)

    thread = Thread(target=run)
    thread.start()
    thread.join()
    return came[0]


def test_a_download_is_made_for_who_has_the_session_as_it_is_then(signed_in: Office) -> None:
    made = who.bound(who.person)
    signed_in.leave()  # type: ignore[attr-defined]
    assert who.person() == who.NOBODY
    assert elsewhere(made) == CHEN
    signed_in.stays["token"].person = less = replace(CHEN, roles=frozenset({"officer"}))
    assert elsewhere(made) == less
    signed_in.stays.clear()
    assert elsewhere(made) == who.NOBODY


def test_lines_are_recorded_before_they_are_handed_out_and_kept_from_who_lost_the_role(
    signed_in: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[object] = []
    drawn: list[Callable[[], bytes]] = []
    monkeypatch.setattr(
        saving, "st", SimpleNamespace(download_button=lambda _label, made, *_, **__: drawn.append(made))
    )
    monkeypatch.setattr(saving, "can_record", lambda: True)
    monkeypatch.setattr(saving, "exported", lambda *what: done.append((who.person().account, *what)))

    def written(rows: Any) -> bytes:
        done.append("written")
        return bytes(rows)

    def draw() -> None:
        saving.offer("board", lambda: [1, 2], written, "a.csv", label="CSV", case_id="c1")

    draw()
    signed_in.leave()  # type: ignore[attr-defined]
    (made,) = drawn
    assert elsewhere(made) == b"\1\2"
    assert done == [("chen", "board", 2, "c1"), "written"]
    signed_in.stays["token"].person = replace(CHEN, roles=frozenset({"officer"}))
    assert isinstance(elsewhere(made), UsageError)
    assert len(done) == 2
    draw()
    assert len(drawn) == 1, "no button for who may not"


def test_nothing_leaves_a_page_by_another_way() -> None:
    buttons = {
        str(path.relative_to(DASHBOARDS))
        for path in DASHBOARDS.rglob("*.py")
        if re.search(r"\bdownload_button\(", path.read_text("utf-8"))
    }
    assert buttons == OTHERS | {"components/saving.py"}
