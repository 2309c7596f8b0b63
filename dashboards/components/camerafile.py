"""The camera itself on the calibration page: what its file says, and the picture that is drawn on."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st
from msgspec.structs import replace

from dashboards import service
from dashboards.calibration.desk import Desk
from dashboards.calibration.looking import look
from dashboards.components.chrome import notice
from dashboards.lexicon import Lexicon
from mingjing import latest
from mingjing.errors import BookError, UsageError


def form(desk: Desk, lexicon: Lexicon) -> None:
    """What the camera's file says beside the polygons. A login stands elsewhere; here is only where."""
    words = lexicon.words
    new = desk.before is None
    with st.expander(words("calibrate.settings"), expanded=new):
        first, second = st.columns(2)
        with first:
            _text(desk, "id", lexicon, disabled=not new)
            _text(desk, "url", lexicon)
            _text(desk, "login", lexicon)
        with second:
            _text(desk, "name", lexicon)
            _text(desk, "hall", lexicon)
            st.number_input(
                words("camerafield.period_s"), 0.1, 3600.0, float(desk.camera.period_s), 1.0,
                key=_key(desk, "period_s"), help=words("camerahelp.period_s"), on_change=_set, args=(desk, "period_s"),
            )  # fmt: skip
        with st.container(horizontal=True):
            for field in ("loop", "staff_small"):
                st.checkbox(
                    words(f"camerafield.{field}"), getattr(desk.camera, field), key=_key(desk, field),
                    help=words(f"camerahelp.{field}"), on_change=_set, args=(desk, field),
                )  # fmt: skip


def _text(desk: Desk, field: str, lexicon: Lexicon, *, disabled: bool = False) -> None:
    words = lexicon.words
    st.text_input(
        words(f"camerafield.{field}"), getattr(desk.camera, field) or "", key=_key(desk, field), disabled=disabled,
        help=words(f"camerahelp.{field}"), on_change=_set, args=(desk, field),
    )  # fmt: skip


def _key(desk: Desk, field: str) -> str:
    return f"calib_{field}_{desk.number}"


def _set(desk: Desk, field: str) -> None:
    value: Any = st.session_state[_key(desk, field)]
    if isinstance(value, str):
        value = value.strip() or (None if field == "login" else "")
    desk.camera = replace(desk.camera, **{field: value})
    desk.looked = None


def pictures(desk: Desk, lexicon: Lexicon) -> None:
    """Where the picture comes from: the sampler's newest frame, a frame taken now, or one brought along."""
    words = lexicon.words
    with st.container(horizontal=True, vertical_alignment="center", key="calib_pictures"):
        newest = desk.before is not None and st.button(words("calibrate.latest"), key="calib_latest")
        now = st.button(words("calibrate.grab"), key="calib_grab", disabled=not desk.camera.url)
        with st.popover(words("calibrate.upload")):
            given = st.file_uploader(words("calibrate.upload_hint"), ["jpg", "jpeg", "png"], key=_key(desk, "given"))
        said = st.empty()
    if newest:
        if not show_latest(desk, lexicon):
            st.html(notice(words("calibrate.no_latest")))
    elif now:
        _grab(desk, lexicon, None)
    elif given is not None and given.file_id != desk.given:
        desk.given = given.file_id
        _grab(desk, lexicon, given.getvalue())
    if desk.told:
        said.caption(desk.told, width="content")


def show_latest(desk: Desk, lexicon: Lexicon) -> bool:
    """Draw on the sampler's newest frame. Whether it left one."""
    words, folder = lexicon.words, Path(service.current().pictures_dir)
    now = latest.read(folder, desk.camera.id)
    try:
        picture = latest.picture(folder, desk.camera.id, plain=True).read_bytes()
    except OSError:
        return False
    told = words("calibrate.told_latest", moment=words.moment(now.picture_at if now else None))
    _put(desk, picture, (now.size if now else None) or desk.camera.size, told, lexicon)
    return True


def _grab(desk: Desk, lexicon: Lexicon, given: bytes | None) -> None:
    words = lexicon.words

    def run() -> None:
        looked = look(desk.after([]), given)
        told = words("calibrate.told_given" if given else "calibrate.told_grabbed", moment=words.moment(service.now()))
        _put(desk, looked.plain, looked.said.picture_size, told, lexicon)

    trying(words("calibrate.grabbing"), words("calibrate.grab_failed"), run)


def _put(desk: Desk, picture: bytes, size: tuple[int, int], told: str, lexicon: Lexicon) -> None:
    if desk.show(picture, size, told):
        width, height = size
        st.html(notice(lexicon.words("calibrate.resized", width=width, height=height)))


def trying(doing: str, failed: str, run: Callable[[], None]) -> None:
    """Does what takes a while, and says why it could not be done."""
    with st.spinner(doing):
        try:
            run()
        except BookError as wrong:
            told = "; ".join(mistake.message for mistake in wrong.mistakes)
        except UsageError as wrong:
            told = str(wrong)
        else:
            return
    st.html(notice(f"{failed} {told}"))
