"""The hall's pages: the plan and its filters, cameras, the heat map, a window's day, and what they say when empty."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboards.hall.data import minutes
from dashboards.hall.hours import Hours
from mingjing.calendars import Calendars
from mingjing.settings import Settings
from mingjing.store import Store
from mingjing.store.local import LocalServer, serve
from mingjing.timetable import DEFAULT
from mingjing.zones import zone
from tests.dashboards import hall_seed
from tests.dashboards.conftest import CLOCK
from tests.dashboards.hall_seed import AWAY
from tests.dashboards.seed import NOW
from tests.dashboards.test_pages import Shown, html, opened

pytestmark = pytest.mark.store


@pytest.fixture(scope="module")
def hall_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[LocalServer, Settings]]:
    """A hall of 24 windows over some days, its cameras with pictures, and a day with everything in it."""
    with serve(tmp_path_factory.mktemp("hall")) as server, Store(server.dsn) as store:
        store.migrate()
        yield server, hall_seed.fill(store, tmp_path_factory.mktemp("files"), days=2, every=timedelta(minutes=6))


@pytest.fixture
def hall(shown: Shown, hall_server: tuple[LocalServer, Settings]) -> Shown:
    """Pages over that hall, without its register."""
    server, settings = hall_server
    shown.setenv("MINGJING_STORE_DSN", server.reader_dsn)
    for name in ("cameras_dir", "pictures_dir"):
        shown.setenv(f"MINGJING_{name.upper()}", str(getattr(settings, name)))
    return shown


@pytest.fixture
def registered(hall: Shown, hall_server: tuple[LocalServer, Settings]) -> Shown:
    """With its register, which takes a process of its own to read."""
    hall.setenv("MINGJING_REGISTERS_DIR", str(hall_server[1].registers_dir))
    return hall


def tiles(app: AppTest) -> dict[str, dict[str, Any]]:
    """The plan's tiles by window."""
    (plan,) = (one for one in app.get("bidi_component") if one.key == "plan")
    return {tile["id"]: tile for group in json.loads(plan.proto.json)["groups"] for tile in group["tiles"]}


def test_without_cameras_the_hall_says_how_to_begin(shown: Shown, empty_server: LocalServer) -> None:
    shown.setenv("MINGJING_STORE_DSN", empty_server.reader_dsn)
    assert "cameras_dir" in html(opened("hall"))
    assert "No camera is configured yet" in html(opened("hall", lang="en"))


def test_cameras_without_samples_are_all_unknown_and_the_sampler_is_asked_for(
    shown: Shown, empty_server: LocalServer, tmp_path: Path
) -> None:
    shown.setenv("MINGJING_STORE_DSN", empty_server.reader_dsn)
    made = hall_seed.files(tmp_path / "hall", hall_seed.windows(8))
    shown.setenv("MINGJING_CAMERAS_DIR", str(made.cameras_dir))
    (tmp_path / "hall" / "cameras" / "bad.toml").write_text('id = "bad"\nurl = "rtsp://u:secret@h/"\nsize = [9, 9]\n')
    app = opened("hall")
    assert {tile["marks"] for tile in tiles(app).values()} == {"尚无采样"}
    assert "mingjing sampler" in html(app)
    assert "bad.toml" in html(app)
    assert "secret" not in html(app)


@pytest.mark.usefixtures("hall")
def test_the_plan_shows_each_window_as_it_stands() -> None:
    app = opened("hall")
    shown = tiles(app)
    assert len(shown) == 24
    away = shown[AWAY]
    assert (away["state"], away["word"], away["since"], away["badge"]) == ("unstaffed", "离岗", "25 分钟", "黄牌")
    assert [shown[f"GAJ-0{n}"]["state"] for n in (1, 2)] == ["staffed", "unknown"]
    assert shown["GAJ-02"]["marks"] == "画面过暗"
    assert (shown["SCJGJ-03"]["word"], shown["SCJGJ-03"]["since"]) == ("数据滞后", "6 分钟")
    told = html(app)
    assert "<b>8</b>" in told
    assert "离线 1" in told


def test_a_window_with_hours_of_its_own_is_open_when_others_are_at_lunch_and_filters_are_the_address(
    registered: Shown,
) -> None:
    registered.setenv("MINGJING_CLOCK", CLOCK.replace("10:30:00", "12:30:00"))
    app = opened("hall")
    assert {tile["state"] for window, tile in tiles(app).items() if window != AWAY} == {"lunch"}
    assert tiles(app)[AWAY]["word"] == "数据滞后"
    app.multiselect(key="h_department").select("SCJGJ").run()
    assert list(tiles(app)) == [AWAY, "SCJGJ-02", "SCJGJ-03"]
    assert app.query_params["department"] == "SCJGJ"
    app.text_input(key="h_q").set_value("no such window").run()
    assert "没有符合筛选的窗口" in html(app)
    app.button(key="hall_clear").click().run()
    assert len(tiles(app)) == 24
    assert "department" not in app.query_params


@pytest.mark.usefixtures("hall")
def test_english_is_one_click_away() -> None:
    app = opened("hall", view="cameras")
    app.button(key="language").click().run()
    assert app.query_params["view"] == "cameras"
    assert "Too dark" in html(app)


@pytest.mark.usefixtures("hall")
def test_cameras_are_shown_with_their_condition_and_without_a_broken_picture() -> None:
    app = opened("hall", view="cameras")
    assert len(app.get("image")) == 4
    told = html(app)
    for words in ("画面无法读取", "还没有画面", "摄像头移位", "no answer from 10.0.0.9", "画面 6 分钟前"):
        assert words in told
    app.toggle(key="only_trouble").set_value(True).run()
    assert "cam-03" in html(app)
    assert "cam-04" not in html(app)
    one = opened("hall", camera="cam-03")
    assert "1280 × 720" in html(one)
    assert "没有编号为 nowhere 的摄像头" in html(opened("hall", camera="nowhere"))


def test_the_heat_map_counts_opening_hours_only(hall_server: tuple[LocalServer, Settings]) -> None:
    hours = Hours(Calendars().get("cn"), zone("Asia/Shanghai"), DEFAULT, {AWAY: ((540, 1020),)})
    days = [NOW.date() - timedelta(days=back) for back in range(4)]
    with Store(hall_server[0].dsn) as store:
        found = minutes(store, hours, days, "Asia/Shanghai", [])
        only = minutes(store, hours, days, "Asia/Shanghai", ["GAJ-01", AWAY])
    assert {one.window for one in found if one.at == 12} == {AWAY}, "lunch is open at one window only"
    assert {one.at for one in found} == {9, 10, 11, 12, 13, 14, 15, 16}
    assert {one.weekday for one in found} == {1, 2, 3}, "three days have samples"
    assert {one.window for one in only} == {"GAJ-01", AWAY}
    half = [one for one in found if one.window == "GAJ-01" and one.at == 13]
    assert {one.staffed + one.unstaffed for one in half} == {5}, "open from 13:30, sampled every six minutes"


@pytest.mark.usefixtures("hall")
def test_the_heat_map_says_how_much_it_rests_on() -> None:
    app = opened("hall", view="heat")
    assert len(app.get("vega_lite_chart")) == 1
    assert "已知 n = " in html(app)
    empty = opened("hall", view="heat", period="range", **{"from": "2026-01-05", "to": "2026-01-06"})
    assert "所选日期内没有采样" in html(empty)


@pytest.mark.usefixtures("hall")
def test_a_windows_day_lists_its_absences_with_evidence_and_findings() -> None:
    app = opened("hall", window=AWAY)
    told = html(app)
    for words in (
        "09:20:30",
        "6.2 分钟",
        "请假或外出（现场勘验） 14.5 分钟",
        "被人遮挡 2.0 分钟",
        "尚未返岗",
        "25.0 分钟",
    ):
        assert words in told
    assert told.count("data:image/jpeg;base64,") == 2
    assert told.count("快照文件不在") >= 2, "the lost one, and the name that leads out of the folder"
    assert f"case?case=presence%3A{AWAY}%3A2026-03-18" in told
    assert 'data-state="unstaffed"' in told
    app.button(key="day_before").click().run()
    assert app.query_params["day"] == "2026-03-17"
    assert "这一天没有离岗" in html(app)


@pytest.mark.usefixtures("hall")
def test_days_in_the_address_that_are_out_of_the_question_are_passed_over() -> None:
    for day in ("0001-01-01", "9999-12-31", "2026-02-30"):
        assert not opened("hall", window="w", day=day).exception
    assert not opened("hall", view="heat", period="range", **{"from": "0001-01-01", "to": "2026-01-06"}).exception
    app = opened("hall", view="heat", period="range", **{"from": "2001-01-01", "to": "2026-01-06"})
    assert not app.exception
    assert app.query_params["from"] == "2025-01-05"


def test_a_snapshot_that_is_past_its_days_was_deleted(hall: Shown) -> None:
    hall.setenv("MINGJING_CLOCK", CLOCK.replace("2026-03-18", "2026-05-18"))
    assert "快照只保留 30 天，已删除" in html(opened("hall", window=AWAY, day="2026-03-18"))


@pytest.mark.usefixtures("hall")
def test_a_window_that_nobody_watches_and_a_day_without_anything_say_so() -> None:
    told = html(opened("hall", window='nowhere"><img src=x>', day="2026-02-30"))
    assert "目前没有摄像头看着这个窗口" in told
    assert "这一天没有采样" in told
    assert "<img src=x>" not in told


@pytest.mark.usefixtures("hall")
def test_the_case_of_a_windows_day_shows_its_snapshots_and_leads_to_the_hall() -> None:
    app = opened("case", case=f"presence:{AWAY}:{NOW.date()}")
    (query,) = (one.proto.query_string for one in app.get("page_link") if "window=" in one.proto.query_string)
    assert "day=2026-03-18" in query
    assert len(app.get("image")) == 1


def test_a_store_that_is_away_is_told_of(hall: Shown) -> None:
    hall.setenv("MINGJING_STORE_DSN", "clickhouse://reader:x@127.0.0.1:1/mingjing")
    st.cache_resource.clear()
    assert "暂时连不上数据库" in html(opened("hall", window=AWAY))
