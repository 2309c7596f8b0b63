"""摄像头标定: draw on a camera's picture which part of it shows which window, try it, and save it.

Whoever may write a camera's file decides what the sampler opens and which login it sends there: the page works only
where `cameras_dir` is set and may be written by the dashboard.
"""

from pathlib import Path

import streamlit as st

from dashboards import service
from dashboards.calibration.desk import NEW, Desk, writable
from dashboards.components import calibration, camerafile
from dashboards.components.chrome import empty, notice
from dashboards.components.markup import join, tag
from dashboards.lexicon import Lexicon
from dashboards.snapshot import choices
from mingjing.cameras import Camera, Reading, read
from mingjing.errors import StoreUnavailable


def page() -> None:
    """The camera that the address names, or why there is nothing to draw on."""
    words = service.words()
    st.html(tag("h1", words("calibrate.title"), class_="mj-title"))
    directory = service.current().cameras_dir
    if directory is None:
        st.html(empty(words("calibrate.no_directory"), words("calibrate.no_directory_hint")))
    elif not Path(directory).is_dir():
        st.html(empty(words("calibrate.missing", directory=directory), words("calibrate.missing_hint")))
    elif not writable(Path(directory)):
        st.html(empty(words("calibrate.readonly", directory=directory), words("calibrate.readonly_hint")))
    else:
        _camera(Path(directory))


def _camera(directory: Path) -> None:
    lexicon, known = _names()
    words = lexicon.words
    reading = read(directory)
    cameras = {camera.id: camera for camera in reading.cameras}
    st.html(tag("p", words("calibrate.about"), class_="sub"))
    _mistakes(reading, lexicon)
    if (saved := st.session_state.pop("calib_next", None)) is not None:
        st.session_state["calib_camera"] = saved
    asked = st.query_params.get("camera")
    if "calib_camera" not in st.session_state or st.session_state["calib_camera"] not in [*cameras, NEW]:
        st.session_state["calib_camera"] = asked if asked in cameras else next(iter(cameras), NEW)
    code = st.selectbox(
        words("calibrate.camera"),
        [*cameras, NEW],
        key="calib_camera",
        format_func=lambda one: _called(cameras[one]) if one else words("calibrate.add_camera"),
        width=420,
    )
    if code:
        st.query_params["camera"] = code
    else:
        st.query_params.pop("camera", None)
    desks: dict[str, Desk] = st.session_state.setdefault("desks", {})
    if code not in desks:
        desks[code] = Desk(directory, cameras.get(code))
        camerafile.show_latest(desks[code], lexicon)
    calibration.show(desks, code, lexicon, known)


def _called(camera: Camera) -> str:
    return f"{camera.id} · {camera.name}" if camera.name else camera.id


def _names() -> tuple[Lexicon, list[str]]:
    """What windows are called, and their codes; both empty while the store is away: drawing needs neither."""
    words = service.words()
    try:
        facets, rules, names = choices()
    except StoreUnavailable:
        return Lexicon(words, {}, {}), []
    codes = {facet.value for facet in facets if facet.field == "window"}
    return Lexicon(words, rules, names), sorted(codes | {code for field, code in names if field == "window"})


def _mistakes(reading: Reading, lexicon: Lexicon) -> None:
    """Files that cannot be used as they are; the command line says the same."""
    if reading.mistakes:
        told = [tag("li", tag("code", str(mistake))) for mistake in reading.mistakes]
        st.html(join(notice(lexicon.words("calibrate.mistakes", n=len(told))), tag("ul", *told, class_="sub")))


page()
