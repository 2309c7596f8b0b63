"""The picture with its polygons, the list of them, the trial, and the button that saves."""

from collections.abc import Sequence

import streamlit as st
from streamlit_drawable_canvas import st_canvas

from dashboards.calibration.desk import Desk
from dashboards.calibration.draft import Change, Problem
from dashboards.calibration.drawing import LINE, NEW, Drawn, faint
from dashboards.calibration.looking import look
from dashboards.components import camerafile
from dashboards.components.chrome import empty, notice
from dashboards.components.markup import Html, join, table, tag
from dashboards.lexicon import Lexicon
from mingjing.cameras import Changed
from mingjing.errors import BookError, UsageError

MODES = ("polygon", "rect", "edit")


def show(desks: dict[str, Desk], code: str, lexicon: Lexicon, known: Sequence[str]) -> None:
    """One camera's desk."""
    desk = desks[code]
    camerafile.form(desk, lexicon)
    camerafile.pictures(desk, lexicon)
    left, right = st.columns([13, 7])
    with left:
        _canvas(desk, lexicon)
    with right:
        _polygons(desk, lexicon, known)
    _trial(desk, lexicon)
    _saving(desks, code, lexicon, known)


def _canvas(desk: Desk, lexicon: Lexicon) -> None:
    words = lexicon.words
    if desk.picture is None:
        st.html(empty(words("calibrate.no_picture"), words("calibrate.no_picture_hint")))
        return
    mode = st.segmented_control(
        words("calibrate.mode"),
        MODES,
        default="polygon",
        required=True,
        key="calib_mode",
        format_func=lambda one: words(f"calibrate.mode_{one}"),
        label_visibility="collapsed",
    )
    width, height = desk.camera.size
    key = f"canvas_{desk.number}"
    st_canvas(
        background_image=desk.picture,
        initial_drawing=desk.objects | {"round": desk.round},
        drawing_mode="polygon" if mode == "polygon" else "rect",
        width=round(width * desk.scale),
        height=round(height * desk.scale),
        stroke_color=NEW,
        fill_color=faint(NEW),
        stroke_width=LINE,
        key=key,
        on_change=lambda: _drew(desk, key),
    )
    st.caption(words(f"calibrate.how_{mode}"))


def _drew(desk: Desk, key: str) -> None:
    raw = ((st.session_state.get(key) or {}).get("drawing") or {}).get("raw") or {}
    if "version" in raw:  # else it is what the canvas started from, and nobody has drawn
        desk.take(raw["objects"])
        _follow(desk)


def _follow(desk: Desk) -> None:
    """Lets the fields show the corners as they are now."""
    for one in desk.drawn:
        if (field := _key(desk, one.ink, "corners")) in st.session_state:
            st.session_state[field] = desk.corners(one.ink)


def _key(desk: Desk, ink: str, field: str) -> str:
    return f"calib_{field}_{desk.number}_{ink[1:]}"


def _polygons(desk: Desk, lexicon: Lexicon, known: Sequence[str]) -> None:
    """Each polygon with its window and its corners as numbers: all that the mouse does can be typed."""
    words = lexicon.words
    st.html(tag("h2", words("calibrate.windows", n=len(desk.drawn)), class_="mj-title mj-calib-head"))
    problems = desk.problems(known)
    if not desk.drawn:
        st.html(tag("p", words("calibrate.none_drawn"), class_="sub"))
    for one in desk.drawn:
        with st.container(border=True, key=f"zone_{one.ink[1:]}"):
            _polygon(desk, one, lexicon, known)
            _amiss([problem for problem in problems if problem.ink == one.ink], lexicon)
    st.button(words("calibrate.add"), on_click=desk.add, key="calib_add")


def _polygon(desk: Desk, one: Drawn, lexicon: Lexicon, known: Sequence[str]) -> None:
    words = lexicon.words
    options = sorted({*known, *(drawn.window for drawn in desk.drawn if drawn.window)})
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.html(tag("span", class_="mj-ink", style=f"background:{one.ink}"), width="content")
        window = _key(desk, one.ink, "window")
        st.selectbox(
            words("calibrate.window"), options, options.index(one.window) if one.window else None, key=window,
            format_func=lambda code: lexicon.full("window", code), placeholder=words("calibrate.window_hint"),
            accept_new_options=True, on_change=lambda: desk.name(one.ink, st.session_state[window]),
        )  # fmt: skip
        st.button(words("calibrate.remove"), key=_key(desk, one.ink, "remove"), on_click=desk.remove, args=(one.ink,))
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        corners, view = _key(desk, one.ink, "corners"), _key(desk, one.ink, "view")
        st.session_state.setdefault(corners, desk.corners(one.ink))
        st.text_input(
            words("calibrate.corners"), key=corners, help=words("calibrate.corners_help"),
            on_change=lambda: desk.type(one.ink, st.session_state[corners]),
        )  # fmt: skip
        st.number_input(
            words("calibrate.view"), 0.0, None, one.view, key=view, help=words("calibrate.view_help"), width=110,
            on_change=lambda: desk.rank(one.ink, st.session_state[view]),
        )  # fmt: skip


def _amiss(problems: Sequence[Problem], lexicon: Lexicon) -> None:
    if problems:
        st.html(
            tag(
                "ul",
                *(
                    tag("li", _told(problem, lexicon), class_="bad" if problem.blocking else "warn")
                    for problem in problems
                ),
                class_="mj-amiss",
                role="status",
            )
        )


def _told(problem: Problem, lexicon: Lexicon) -> str:
    return lexicon.words(f"amiss.{problem.kind}", other=lexicon.full("window", problem.other) or "—")


def _trial(desk: Desk, lexicon: Lexicon) -> None:
    """One look with the draft as it is, before anything is saved."""
    words = lexicon.words
    st.html(
        tag(
            "section",
            tag("h2", words("calibrate.trial")),
            tag("p", words("calibrate.trial_about")),
            class_="mj-section",
        )
    )
    if st.button(words("calibrate.try"), key="calib_try", disabled=not desk.camera.url):

        def run() -> None:
            desk.looked = look(desk.sound())

        camerafile.trying(words("calibrate.trying"), words("calibrate.try_failed"), run)
    if desk.looked is None:
        return
    said = desk.looked.said
    left, right = st.columns([13, 7])
    left.image(desk.looked.drawn, width="stretch")
    with right:
        if said.detector == "none":
            st.html(notice(words("calibrate.no_detector")))
        told = words("calibrate.persons", n=len(said.persons), condition=words.name("condition", said.condition))
        rows = [
            tag(
                "tr",
                tag("td", lexicon.full("window", seen.window)),
                tag("td", words.name("hall", seen.state), class_="nowrap"),
                tag("td", words.name("unseen", seen.reason) if seen.reason else ""),
                tag("td", seen.persons, class_="number"),
            )
            for seen in said.windows
        ]
        heads = [words(f"calibrate.{head}") for head in ("window", "state", "reason", "people")]
        st.html(join(tag("p", told), table(heads, rows, class_="mj-table") if rows else None))


def _saving(desks: dict[str, Desk], code: str, lexicon: Lexicon, known: Sequence[str]) -> None:
    """What saving changes, and only then the button that does it."""
    words, desk = lexicon.words, desks[code]
    st.html(tag("section", tag("h2", words("calibrate.save_title")), class_="mj-section"))
    changes = desk.changes()
    if changes:
        st.session_state.pop("calib_saved", None)
    elif saved := st.session_state.get("calib_saved"):
        # It stays until something is drawn: the canvas may run the page again.
        st.html(tag("p", words("calibrate.saved", camera=saved), class_="good", role="status"))
    if desk.before is not None and not changes and all(one.window for one in desk.drawn):
        st.html(tag("p", words("calibrate.unchanged"), class_="sub"))
        return
    st.html(tag("ul", *(tag("li", _change(change, lexicon)) for change in changes), class_="mj-changes"))
    blocked = _blocked(desk, known, lexicon)
    if blocked:
        st.html(notice(blocked))
    with st.container(horizontal=True, vertical_alignment="center"):
        sure = st.checkbox(words("calibrate.sure"), key=f"calib_sure_{desk.number}", disabled=bool(blocked))
        if st.button(words("calibrate.save"), type="primary", key="calib_save", disabled=bool(blocked) or not sure):
            _save(desks, code, lexicon)
        if desk.before is not None and st.button(words("calibrate.discard"), key="calib_discard"):
            desks.pop(code)
            st.rerun()


def _blocked(desk: Desk, known: Sequence[str], lexicon: Lexicon) -> str:
    """Why the draft cannot be saved as it is; "" if it can."""
    words = lexicon.words
    if not desk.camera.id or not desk.camera.url:
        return words("calibrate.incomplete")
    if desk.picture is None and desk.before is None:
        return words("calibrate.no_size")
    amiss = {problem.ink for problem in desk.problems(known) if problem.blocking}
    return words("calibrate.amiss", n=len(amiss)) if amiss else ""


def _save(desks: dict[str, Desk], code: str, lexicon: Lexicon) -> None:
    words, desk = lexicon.words, desks[code]
    try:
        fresh = desk.save()
    except Changed:
        st.html(notice(words("calibrate.changed")))
    except BookError as wrong:
        st.html(notice(words("calibrate.refused", reason="; ".join(mistake.message for mistake in wrong.mistakes))))
    except UsageError as wrong:
        st.html(notice(words("calibrate.refused", reason=str(wrong))))
    else:
        desks.pop(code)
        desks[fresh.camera.id] = fresh
        st.session_state["calib_saved"] = fresh.camera.id
        st.session_state["calib_next"] = fresh.camera.id
        st.rerun()


def _change(change: Change, lexicon: Lexicon) -> Html:
    words = lexicon.words
    what = words.name("camerafield", change.what) if change.kind == "field" else lexicon.full("window", change.what)
    told = words(f"change.{change.kind}", what=what)
    if change.kind not in ("field", "view"):
        return join(told)
    return join(told, tag("code", _value(change.before)), " → ", tag("code", _value(change.after)))


def _value(value: object) -> str:
    return " x ".join(map(str, value)) if isinstance(value, tuple) else "—" if value in (None, "") else str(value)
