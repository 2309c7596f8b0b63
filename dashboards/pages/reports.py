"""通报: makes the brief of a period, with a bar while it is made, and hands out those made before."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import streamlit as st

from dashboards import service, who
from dashboards.components.chrome import empty, notice
from dashboards.components.markup import Html, tag
from dashboards.components.period import carry, heading, picker
from dashboards.components.places import asked, choosers
from dashboards.components.saving import offer
from dashboards.scores.reading import lexicon as named_codes
from dashboards.scores.reading import scoring
from dashboards.words import LANGUAGES, Words, number
from mingjing.errors import StoreUnavailable, UsageError
from mingjing.reports.facts import Order
from mingjing.reports.fonts import NoFont
from mingjing.reports.gather import Uncounted
from mingjing.reports.making import File, Told, Wish, make, save
from mingjing.reports.shelf import FORMATS, Kept, kept, prepared
from mingjing.store.scores import Scope

LEVELS = ("window", "officer", "region", "item")
SHOWN = 24  # briefs in the list
MIME = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def page() -> None:
    """What is wanted, the button, what was just made, and the shelf."""
    words = service.words()
    lexicon = named_codes(words)
    title = st.empty()
    with st.container(key="leader_tools", horizontal=True, vertical_alignment="bottom"):
        period = picker(words)
        choosers(lexicon, "region", "department")
    carry("region", "department")
    title.html(heading(words("reports.title"), period, words))
    st.html(tag("p", words("reports.told")))
    wish, level = _wish(words)
    order = Order(period=period, level=level, scope=_scope())
    if st.button(words("reports.make"), type="primary", key="make", disabled=not wish.languages or not wish.formats):
        _make(order, wish, words)
    _just_made(order, words)
    _shelf(words)


def _scope() -> Scope:
    """Whom the address names; the brief itself adds the regions beneath."""
    places = asked("region", "department")
    return Scope(**{f"{field}s": (code,) for field, code in places.items()})


def _wish(words: Words) -> tuple[Wish, str]:
    """In which languages and formats, and what is ranked beside departments."""
    with st.container(key="wish", horizontal=True, vertical_alignment="bottom"):
        level = st.selectbox(
            words("reports.level"), LEVELS, key="level", width=220, format_func=lambda one: words(f"reports.{one}")
        )
        languages = st.pills(
            words("reports.languages"),
            LANGUAGES,
            selection_mode="multi",
            default=LANGUAGES,
            key="languages",
            format_func=lambda one: words(f"reports.in_{one}"),
        )
        formats = st.pills(
            words("reports.formats"),
            FORMATS,
            selection_mode="multi",
            default=FORMATS,
            key="formats",
            format_func=lambda one: words(f"reports.{one}"),
        )
    chosen = tuple(one for one in LANGUAGES if one in languages)
    return Wish(languages=chosen, formats=tuple(one for one in FORMATS if one in formats)), level


def _make(order: Order, wish: Wish, words: Words) -> None:
    """Makes the brief under a bar; what is amiss is one line."""
    st.session_state.pop("made", None)
    bar = st.progress(0.0)

    def told(step: str, share: float) -> None:
        bar.progress(share, text=words(f"reports.step_{step.partition('_')[0]}"))

    try:
        made = _files(order, wish, words, told)
    except StoreUnavailable:
        made = notice(words("app.store_away", seconds=service.RETRY_S))
    bar.empty()
    if isinstance(made, str):
        st.html(made)
    else:
        st.session_state["made"] = (order, made, _kept(made))


def _files(order: Order, wish: Wish, words: Words, told: Told) -> list[File] | Html:
    """The files, or why there are none."""
    settings = service.current()
    with service.store() as store, scoring() as scores:
        try:
            return make(
                store, scores, order, wish, now=service.now(), timezone=settings.timezone,
                severities=settings.severity, told=told,
            )  # fmt: skip
        except Uncounted:
            return empty(words("reports.uncounted"), words("reports.uncounted_hint"))
        except NoFont:
            return notice(words("reports.no_font"))
        except UsageError as wrong:
            return notice(str(wrong))


def _own_shelf() -> Path:
    """Where the briefs are that those who may see the same made; that of everything holds the scheduled ones too."""
    shelf, scope = Path(service.current().brief_dir), who.person().scope
    return shelf if scope.whole else shelf / hashlib.sha256(scope.text().encode()).hexdigest()[:16]


def _kept(files: list[File]) -> bool:
    """Puts the files on the shelf; whether that was possible."""
    try:
        save(files, prepared(_own_shelf()))
    except UsageError:
        return False
    return True


def _just_made(order: Order, words: Words) -> None:
    """What was made just now, as long as nothing else is asked for."""
    made_for, files, on_shelf = st.session_state.get("made", (None, [], True))
    if made_for != order:
        return
    st.html(tag("p", words("reports.made" if on_shelf else "reports.made_only"), class_="mj-advice", role="status"))
    with st.container(key="made_files", horizontal=True):
        for n, file in enumerate(files):
            form = file.name.rpartition(".")[2]
            label = words(
                "reports.file", language=words(f"reports.in_{file.language}"), format=words(f"reports.{form}")
            )
            _take(lambda file=file: file.content, file.name, form, label, f"made_{n}")  # type: ignore[misc]


def _shelf(words: Words) -> None:
    """The briefs made before, by hand or by schedule; one line holds a brief's languages and formats."""
    st.html(tag("h2", words("reports.shelf"), class_="mj-heading"))
    briefs: dict[tuple[str, int], list[Kept]] = {}
    for file in kept(_own_shelf()):
        briefs.setdefault((file.what, file.revision), []).append(file)
    if not briefs:
        st.html(empty(words("reports.none"), words("reports.none_hint")))
        return
    for n, ((what, revision), files) in enumerate(list(briefs.items())[:SHOWN]):
        with st.container(key=f"kept_{n}", horizontal=True, vertical_alignment="center"):
            st.html(tag("div", tag("b", what), " ", tag("small", _about(files[0], revision, words))), width=460)
            for file in sorted(files, key=lambda one: (one.language != words.language, one.format)):
                _download(file, words)
    if len(briefs) > SHOWN:
        st.caption(words("reports.more", n=number(len(briefs) - SHOWN)))


def _download(file: Kept, words: Words) -> None:
    label = words("reports.kept", language=words(f"reports.in_{file.language}"), format=words(f"reports.{file.format}"))
    _take(file.path.read_bytes, file.path.name, file.format, label, f"kept_{file.path.name}", quiet=True)


def _take(content: Callable[[], bytes], name: str, form: str, label: str, key: str, *, quiet: bool = False) -> None:
    offer(f"brief:{name}", lambda: [content()], lambda one: one[0], name, MIME[form], label=label, key=key, quiet=quiet)


def _about(file: Kept, revision: int, words: Words) -> str:
    frozen = words("reports.revision", n=revision) if revision else words("reports.live")
    return words("reports.about", made=words.minute(file.made_at), frozen=frozen)


page()
