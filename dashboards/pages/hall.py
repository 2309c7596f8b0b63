"""大厅: which windows are staffed now, what the cameras show, how staffing was over weeks, and one window's day."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import TypeVar

import streamlit as st
from msgspec.structs import replace

from dashboards import service
from dashboards.components import hallcontrols as controls
from dashboards.components import windowday
from dashboards.components.chrome import empty, kept_notice, notice
from dashboards.components.hall import address, legend, marks, plan, since, state_word, tiles
from dashboards.components.heatmap import as_table, heatmap, percent
from dashboards.components.markup import Html, facts, join, tag
from dashboards.components.pictures import WHOLE_PX, camera_card, camera_facts, condition, frame, gallery
from dashboards.components.saving import offer
from dashboards.exports import absences_csv
from dashboards.hall import heat
from dashboards.hall.data import Evidence, Minutes, case_of
from dashboards.hall.day import Absence, absences
from dashboards.hall.files import CameraNow
from dashboards.hall.reading import PICTURES_S, REFRESH_S, Day, Hall, around, hall, presence, window_day
from dashboards.hall.state import WindowNow
from dashboards.hall.view import View, chosen
from dashboards.lexicon import Lexicon
from dashboards.snapshot import choices
from dashboards.words import Words, number
from mingjing.errors import StoreUnavailable

CAMERAS_PER_PAGE, IN_A_ROW = 12, 3
WRONG_SHOWN = 3
T = TypeVar("T")


def page() -> None:
    """The window or the camera that the address names, or the whole hall."""
    words = service.words()
    _, rules, names = choices()
    lexicon = Lexicon(words, rules, names)
    window, camera = st.query_params.get("window", ""), st.query_params.get("camera", "")
    if window:
        one_window(window, lexicon)
    elif camera:
        one_camera(camera, lexicon)
    else:
        whole_hall(lexicon)


def whole_hall(lexicon: Lexicon) -> None:
    """The figures, and below them the plan, the cameras or the heat map."""
    words = lexicon.words
    st.session_state["hall_query"] = {name: st.query_params.get_all(name) for name in st.query_params}
    seen = hall()
    for line in seen.wrong[:WRONG_SHOWN]:
        st.html(notice(words("hall.wrong", what=line)))
    if not seen.windows and not seen.cameras:
        known = service.current().cameras_dir is not None
        st.html(empty(words("hall.none"), words("hall.none_in_dir" if known else "hall.none_hint")))
        return
    st.fragment(_figures, run_every=REFRESH_S)(lexicon)
    with st.container(key="hall_head", horizontal=True, vertical_alignment="center"):
        view = controls.which(words)
    if view == "cameras":
        st.fragment(cameras, run_every=PICTURES_S)(lexicon)
        return
    picked = controls.filters(seen.windows, lexicon, plan=view == "plan")
    if view == "heat":
        heat_of_hall(seen, picked, lexicon)
    else:
        st.fragment(live, run_every=REFRESH_S)(picked, lexicon)
        st.html(legend(words))


def _kept(name: str, read: Callable[[], T], words: Words) -> T | None:
    """What `read` reads, or while the store is away what was read last, saying so."""
    try:
        found = read()
    except StoreUnavailable:
        before, at = st.session_state.get(name, (None, None))
        st.html(kept_notice(at, words) if before is not None else notice(words("app.store_away", seconds=REFRESH_S)))
        return before  # type: ignore[no-any-return]
    st.session_state[name] = (found, service.now())
    return found


def _figures(lexicon: Lexicon) -> None:
    words = lexicon.words
    seen = _kept("hall_kept", hall, words)
    if seen is None:
        return
    st.html(tiles(seen, words))
    if seen.age is None:
        st.html(notice(words("hall.no_samples")))
    elif all(one.late for one in seen.windows if one.sample is not None):
        st.html(notice(words("hall.all_late", span=words.span(seen.age))))
    elif any(one.sample is not None and one.sample.detector == "none" and not one.late for one in seen.windows):
        st.html(notice(words("hall.degraded")))


def live(picked: View, lexicon: Lexicon) -> None:
    """The plan; runs again every few seconds without the rest of the page."""
    words = lexicon.words
    seen = st.session_state.get("hall_kept", (None,))[0]
    try:
        seen = hall()
    except StoreUnavailable:
        if seen is None:
            return
    shown = chosen(seen.windows, picked, lexicon)
    if not shown:
        st.html(empty(words("hall.none_found"), words("hall.none_found_hint")))
    opened = plan(shown, picked, seen.at, lexicon, service.current().severity)
    if opened:
        st.query_params.from_dict({"window": opened, "lang": words.language})
        st.rerun()


def cameras(lexicon: Lexicon) -> None:
    """The cameras' latest pictures, a page at a time; runs again every few seconds."""
    words = lexicon.words
    seen = _kept("hall_kept", hall, words)
    if seen is None:
        return
    troubled = [one for one in seen.cameras if one.condition != "ok"]
    with st.container(key="camera_tools", horizontal=True, vertical_alignment="center"):
        only = st.toggle(words("hall.only_trouble", n=len(troubled)), key="only_trouble")
        listed = troubled if only else seen.cameras
        pages = -(-len(listed) // CAMERAS_PER_PAGE)
        turned = st.pagination(pages, key="camera_page") if pages > 1 else 1
    if not listed:
        st.html(empty(words("hall.no_trouble"), words("hall.no_trouble_hint")))
    _cards(listed[(turned - 1) * CAMERAS_PER_PAGE : turned * CAMERAS_PER_PAGE], seen, lexicon)


def _cards(listed: Sequence[CameraNow], seen: Hall, lexicon: Lexicon) -> None:
    for first in range(0, len(listed), IN_A_ROW):
        for column, one in zip(st.columns(IN_A_ROW), listed[first : first + IN_A_ROW], strict=False):
            with column:
                camera_card(one, seen.at, lexicon)


def heat_of_hall(seen: Hall, picked: View, lexicon: Lexicon) -> None:
    """The staffed share by window and hour over the chosen days."""
    words = lexicon.words
    today = around().hours.today(service.now())
    with st.container(key="heat_tools", horizontal=True, vertical_alignment="bottom"):
        first, last = controls.days(words, today, usual="week")
        order = controls.heat_order(words)
    minutes = presence(first, last)
    inside = {one.window for one in chosen(seen.windows, replace(picked, state=()), lexicon)}
    if picked.narrowed:
        minutes = [one for one in minutes if one.window in inside]
    cells = heat.cells(minutes, lambda one: one.window)
    if not cells:
        st.html(empty(words("hall.heat_none"), words("hall.heat_none_hint")))
        return
    whole = heat.by_row(cells)
    rows = sorted(whole, key=lambda row: (whole[row].share is None, whole[row].share or 0) if order == "share" else row)
    named = {row: lexicon.name("window", row) for row in rows}
    if len(set(named.values())) < len(named):
        named = {row: lexicon.full("window", row) for row in rows}
    told = st.altair_chart(heatmap(cells, rows, named, words), key="heat", on_select="rerun", width="stretch")
    st.html(_heat_notes(minutes, first, last, words))
    window = _picked(told)
    if window:
        st.query_params.from_dict({"window": window, "lang": words.language})
        st.rerun()
    with st.expander(words("hall.heat_table")):

        def link(row: str) -> Html:
            return tag("a", lexicon.full("window", row), href=address(words, window=row), target="_self")

        st.html(as_table(whole, rows, words("filter.window"), link, words))


def _picked(told: object) -> str:
    selection = getattr(told, "selection", None) or {}
    points = selection.get("picked") or []
    return str(points[0].get("row", "")) if points else ""


def _heat_notes(minutes: Sequence[Minutes], first: date, last: date, words: Words) -> Html:
    known = sum(one.staffed + one.unstaffed for one in minutes)
    staffed, unknown = sum(one.staffed for one in minutes), sum(one.unknown for one in minutes)
    return tag(
        "p",
        words(
            "hall.heat_note",
            share=percent(staffed / known if known else None),
            known=number(known),
            unknown=percent(unknown / (known + unknown) if known + unknown else None),
            first=words.day(first),
            last=words.day(last),
        ),
        class_="sub",
    )


def one_window(window: str, lexicon: Lexicon) -> None:
    """One window: how it stands, its day, its weeks, and the cameras that look at it."""
    words = lexicon.words
    _back(words)
    st.fragment(_window_head, run_every=REFRESH_S)(window, lexicon)
    now, known = service.now(), around()
    day = controls.day(words, known.hours.today(now))
    st.fragment(_window_day, run_every=REFRESH_S * 2 if day == known.hours.today(now) else None)(window, day, lexicon)
    _weekdays(window, lexicon)
    st.html(tag("section", tag("h2", words("hall.now_pictures")), class_="mj-section"))
    st.fragment(_window_pictures, run_every=PICTURES_S)(window, lexicon)


def _back(words: Words) -> None:
    query = st.session_state.get("hall_query", {}) | {"lang": [words.language]}
    st.page_link(st.session_state["pages"]["hall"], label=words("hall.back"), query_params=query)


def _window_now(window: str) -> tuple[WindowNow | None, Hall | None]:
    try:
        seen = hall()
    except StoreUnavailable:
        return None, None
    return next((one for one in seen.windows if one.window == window), None), seen


def _window_head(window: str, lexicon: Lexicon) -> None:
    words = lexicon.words
    one, seen = _window_now(window)
    if one is None or seen is None:
        st.html(tag("header", tag("h1", lexicon.full("window", window)), class_="mj-case"))
        st.html(notice(words("hall.unwatched" if seen else "app.store_away", seconds=REFRESH_S)))
        return
    lasting = since(one, seen.at, words)
    told = " · ".join([state_word(one, words), *([lasting] if lasting else []), *marks(one, words)])
    watching = [
        tag("a", camera.name, href=address(words, camera=camera.id), target="_self")
        for camera in seen.cameras
        if camera.id in one.cameras
    ]
    sample = one.sample
    pairs: list[tuple[str, Html | str | None]] = [
        (words("filter.hall"), one.place.hall),
        (words("filter.department"), lexicon.full("department", one.place.department)),
        (words("hall.cameras"), join(*[join(link, " ") for link in watching])),
        (words("hall.last_sample"), words.moment(sample.sampled_at) if sample else None),
        (words("hall.last_seen"), words.moment(sample.seen_at) if sample and sample.seen_at else None),
        (words("hall.persons"), str(sample.persons) if sample and sample.state != "unknown" else None),
        (words("hall.confidence"), f"{sample.confidence:.2f}" if sample and sample.state != "unknown" else None),
        (words("hall.detector"), sample.detector if sample else None),
    ]
    st.html(
        tag(
            "header",
            tag("h1", lexicon.full("window", window), tag("span", told, class_="mj-state", data_state=one.shown)),
            facts([(name, value) for name, value in pairs if value], class_="mj-facts"),
            class_="mj-case",
        )
    )


def _window_day(window: str, day: date, lexicon: Lexicon) -> None:
    words, now = lexicon.words, service.now()
    known = _kept(f"hall_day_{window}_{day}", lambda: window_day(window, day), words)
    if known is None:
        return
    until = min(now, known.whole[1])
    absent = absences(
        known.events, known.opened, until, known.findings, begin=known.whole[0], handovers=known.handovers
    )
    st.html(tag("section", tag("h2", words("hall.day_of", day=words.day(day))), class_="mj-section"))
    st.html(tag("p", _hours(known, words), class_="sub"))
    if not known.runs and not known.events:
        st.html(empty(words("hall.day_none"), words("hall.day_none_hint")))
        return
    st.html(join(windowday.strip(known, absent, now, words), windowday.keys(words)))
    if not known.runs:
        st.html(tag("p", words("hall.day_no_samples"), class_="sub"))
    _absences(known, absent, lexicon)


def _hours(known: Day, words: Words) -> str:
    if known.opened is None:
        return words("hall.hours_unknown", year=known.day.year)
    if not known.opened:
        return words("hall.hours_none")
    spans = " ".join(f"{words.local(a):%H:%M}–{words.local(b):%H:%M}" for a, b in known.opened)
    return words("hall.hours", spans=spans)


def _absences(known: Day, absent: list[Absence], lexicon: Lexicon) -> None:
    words = lexicon.words
    st.html(tag("section", tag("h2", words("hall.absences"), f" ({len(absent)})"), class_="mj-section"))
    case = case_of(known.window, known.day)
    if absent:
        st.html(windowday.absence_table(absent, lexicon, service.current().severity))
        st.html(windowday.total(absent, words))
    else:
        st.html(tag("p", words("hall.absences_none")))
    with st.container(key="absence_tools", horizontal=True, vertical_alignment="center"):
        if absent:
            name = f"mingjing-{known.window}-{known.day}.csv".replace("/", "_")
            offer(
                "hall:absences",
                lambda: absent,
                lambda rows: absences_csv(known.window, rows, words),
                name,
                key="absences_csv",
            )
        if known.events:
            pages, query = st.session_state["pages"], {"case": case, "lang": words.language}
            st.page_link(pages["case"], label=words("hall.to_case"), query_params=query)
    kept = {one.path: one for run in known.runs for one in run.snapshots}
    kept |= {name: Evidence(one.since, name) for one in absent for name in one.pictures if name not in kept}
    if kept:
        with st.expander(words("hall.snapshots", n=len(kept))):
            gallery(sorted(kept.values()), words)


def _weekdays(window: str, lexicon: Lexicon) -> None:
    words = lexicon.words
    st.html(tag("section", tag("h2", words("hall.weekdays")), class_="mj-section"))
    with st.container(key="heat_tools", horizontal=True, vertical_alignment="bottom"):
        first, last = controls.days(words, around().hours.today(service.now()), usual="month")
    minutes = presence(first, last, (window,))
    cells = heat.cells(minutes, lambda one: str(one.weekday))
    if not cells:
        st.html(tag("p", words("hall.heat_none_hint")))
        return
    whole = heat.by_row(cells)
    named = {row: words(f"weekday.{row}") for row in whole}
    st.altair_chart(heatmap(cells, sorted(whole), named, words), key="weekdays", width="stretch")
    st.html(_heat_notes(minutes, first, last, words))
    with st.expander(words("hall.heat_table")):
        st.html(as_table(whole, sorted(whole), words("hall.weekday"), lambda row: named[row], words))


def _window_pictures(window: str, lexicon: Lexicon) -> None:
    one, seen = _window_now(window)
    if one is None or seen is None:
        return
    watching = [camera for camera in seen.cameras if camera.id in one.cameras]
    _cards(watching, seen, lexicon)


def one_camera(camera: str, lexicon: Lexicon) -> None:
    """One camera: its latest picture in full, how it is, and the windows that it looks at."""
    _back(lexicon.words)
    st.fragment(_camera, run_every=PICTURES_S)(camera, lexicon)


def _camera(camera: str, lexicon: Lexicon) -> None:
    words = lexicon.words
    seen = _kept("hall_kept", hall, words)
    one = next((one for one in seen.cameras if one.id == camera), None) if seen else None
    if seen is None:
        return
    if one is None:
        st.html(empty(words("hall.no_camera", camera=camera), words("hall.no_camera_hint")))
        return
    title = f"{one.name} ({one.id})" if one.name != one.id else one.id
    st.html(
        tag("header", tag("h1", title, condition(one, words)), camera_facts(one, seen.at, lexicon), class_="mj-case")
    )
    left, right = st.columns([3, 1])
    with left:
        frame(one, WHOLE_PX, words)
    with right:
        st.html(_camera_windows(one, seen, lexicon))
        calibration(one, words)


def calibration(one: CameraNow, words: Words) -> None:
    """The way to the page on which the camera's windows are drawn, where there is one."""
    target = st.session_state["pages"].get("calibrate")
    if target is not None:
        st.page_link(target, label=words("hall.calibrate"), query_params={"camera": one.id, "lang": words.language})


def _camera_windows(one: CameraNow, seen: Hall, lexicon: Lexicon) -> Html:
    words = lexicon.words
    lines = [
        tag(
            "li",
            tag("a", lexicon.full("window", window.window), href=address(words, window=window.window), target="_self"),
            " ",
            tag("span", state_word(window, words), class_="sub"),
        )
        for window in seen.windows
        if one.id in window.cameras
    ]
    listed = tag("ul", *lines) if lines else tag("p", words("hall.no_windows"))
    return tag("section", tag("h2", words("hall.windows")), listed, class_="mj-section")


page()
