"""What surrounds every page: colours, the bar at the top, and the words for when something is amiss."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import streamlit as st

from dashboards import service
from dashboards.components.markup import Html, join, tag
from dashboards.signin import here
from dashboards.words import LANGUAGES, Words
from mingjing.access import Person
from mingjing.access.permissions import PAGES
from mingjing.errors import MingjingError, StoreUnavailable
from mingjing.settings import Severities

_ticking = st.components.v2.component(
    "mingjing_clock", js=(Path(__file__).parent / "clock.js").read_text(encoding="utf-8"), isolate_styles=False
)
_staying = st.components.v2.component(
    "mingjing_session", js=(Path(__file__).parent / "session.js").read_text(encoding="utf-8"), isolate_styles=False
)
_STYLES = Path(__file__).parents[1] / "style"


def style(severities: Severities, *, wall: bool) -> None:
    """Puts the style sheets on the page, with the tenant's colours, and the wall screen's on top of them."""
    colours = "".join(f"--severity-{n}:{severities.of(n).colour};" for n in (1, 2, 3))
    names = ["page", "board", "case", "hall", "scores", "leaders", "investigate", "desk", "print"]
    names += ["wall"] if wall else []
    sheets = "\n".join((_STYLES / f"{name}.css").read_text(encoding="utf-8") for name in names)
    st.html(f"<style>:root{{{colours}}}\n{sheets}</style>")


def top_bar(
    groups: Mapping[str, Mapping[str, str]],
    behind: Mapping[str, str],
    pages: Mapping[str, st.Page],
    page: st.Page,
    me: Person,
    words: Words,
) -> None:
    """Brand, whom the pages serve, the pages of the group that the reader is in, who that is, and the other language.

    `behind`: pages without an entry of their own, and the entry that they belong to.
    """
    shown = {
        group: [name for name in names if name in pages and (name != "calibrate" or service.current().cameras_dir)]
        for group, names in groups.items()
    }  # without cameras there is nothing to calibrate
    current = next(name for name, target in pages.items() if target.url_path == page.url_path)
    entry = behind.get(current, current)
    inside = next((group for group, names in groups.items() if entry in names), "")
    with st.container(key="bar"):
        with st.container(key="bar_groups", horizontal=True, vertical_alignment="center"):
            st.html(tag("div", tag("b", "明镜"), tag("span", "Mingjing"), class_="mj-brand"), width="content")
            for group, names in shown.items():
                if names:
                    label = words(f"app.group_{group}")
                    _link(f"group_{group}", pages[names[0]], label, service.carried(names[0], words), group == inside)
            _clock(words)
            if not here.is_off():
                _own(me, words)
            st.button(words("app.other_language"), key="language", on_click=_other_language, args=(words,))
        with st.container(key="bar_pages", horizontal=True, vertical_alignment="center"):
            for name in shown.get(inside, []):
                _link(name, pages[name], words(f"app.{name}"), service.carried(name, words), name == entry)
            if page.url_path == "" and inside:
                wall = {name: st.query_params.get_all(name) for name in st.query_params}
                wall |= {"lang": [words.language], "wall": ["1"]}
                _link("wall", pages["board"], words("app.wall"), wall, False)


def _link(name: str, target: st.Page, label: str, query: Mapping[str, list[str]], here: bool) -> None:
    with st.container(key=f"nav_{'here' if here else 'there'}_{name}", width="content"):
        st.page_link(target, label=label, query_params=query)


def _clock(words: Words) -> None:
    clock = service.clock()
    speed = clock.speed if clock else 1
    data = {
        "now": round(service.now().timestamp() * 1000),
        "speed": speed,
        "timezone": words.timezone,
        "suffix": words("app.clock_simulated", speed=f"{speed:g}") if clock else "",
    }
    _ticking(key="clock", data=data, width="content")


def _own(me: Person, words: Words) -> None:
    """The way to one's own account and out."""
    href = f"/password?lang={words.language}"
    st.html(tag("a", me.name or me.account, href=href, target="_self", class_="mj-own"), width="content")


def stay() -> None:
    """Has the browser ask now and then whether the session still stands, and go to sign in once it does not."""
    if not here.is_off():
        with st.container(key="session"):
            _staying(key="staying", data={})


def _other_language(words: Words) -> None:
    other = next(language for language in LANGUAGES if language != words.language)
    st.session_state["lang"] = other
    st.query_params["lang"] = other


def refused(name: str, me: Person, words: Words) -> None:
    """What a page shows to whom it is not for: whom it is for, and nothing else."""
    comma = words("signin.comma")
    roles, allowed = (
        comma.join(words(f"role.{role}") for role in sorted(given))
        for given in (me.roles, PAGES.get(name, frozenset()))
    )
    st.html(empty(words("signin.not_for_role"), words("signin.not_for_role_hint", roles=roles, allowed=allowed)))


def signed_out(words: Words) -> None:
    """The session is over: says so, and where to sign in again."""
    link = tag("a", words("signin.sign_in_again"), href=f"/sign-in?lang={words.language}", target="_self")
    st.html(tag("p", words("signin.ended"), " ", link, class_="mj-notice", role="alert"))


def empty(heading: str, hint: str) -> Html:
    """A place where there is nothing to show, with why."""
    return tag("div", tag("p", heading), tag("small", hint), class_="mj-empty", role="status")


def notice(text: str) -> Html:
    """A line that tells of something amiss without hiding the page."""
    return tag("p", text, class_="mj-notice", role="alert")


def kept_notice(since: datetime, words: Words) -> Html:
    """The store is away and the data on the page are old."""
    return notice(words("app.store_away_kept", moment=words.moment(since)))


def away(words: Words) -> None:
    """The store is away: says so, and opens the page by itself once the store answers."""

    @st.fragment(run_every=service.RETRY_S)
    def wait() -> None:
        try:
            with service.store() as store:
                store.ping()
        except StoreUnavailable:
            st.html(notice(words("app.store_away", seconds=service.RETRY_S)))
            return
        st.rerun()

    wait()


def broken(wrong: MingjingError) -> None:
    """What keeps the page from opening, in both languages, because the settings may be what is wrong."""
    both = [Words(language, "UTC")("app.cannot_start", reason=str(wrong)) for language in LANGUAGES]
    st.html(join(*(notice(text) for text in both)))
