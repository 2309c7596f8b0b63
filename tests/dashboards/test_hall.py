"""The hall's arithmetic: how windows stand, what counts of an absence, which files may be shown."""

from datetime import date, datetime, timedelta
from pathlib import Path
from unittest.mock import MagicMock

import msgspec
import pytest

from dashboards import who
from dashboards.exports import absences_csv
from dashboards.hall import files, reading
from dashboards.hall.data import Minutes, Sample, Told, case_of, window_of
from dashboards.hall.day import Absence, absences, axis
from dashboards.hall.heat import by_row, cells
from dashboards.hall.hours import Hours
from dashboards.hall.spans import common, length, union, without
from dashboards.hall.state import Place, WindowNow, counts, told, windows
from dashboards.hall.view import View, chosen, from_query, grouped, to_query
from dashboards.lexicon import Lexicon
from dashboards.words import Words
from mingjing.access import Person, Scope
from mingjing.calendars import Calendars
from mingjing.cameras import Camera, Zone
from mingjing.timetable import DEFAULT, Period, Timetable
from mingjing.types import Evidence, Finding, Text
from mingjing.zones import zone

DAY = date(2026, 3, 18)
LEXICON = Lexicon(Words("zh", "Asia/Shanghai"), {}, {})
HOURS = Hours(Calendars().get("cn"), zone("Asia/Shanghai"), DEFAULT, {"own": ((480, 1200),)})


def at(clock: str, day: date = DAY) -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}+08:00")


def sample(state: str = "staffed", clock: str = "10:29:58", window: str = "w", **other: object) -> Sample:
    usual = Sample(
        window=window, camera="c", sampled_at=at(clock), state=state, confidence=0.9, persons=1, reason="",
        seen_at=at(clock), view=0.2, detector="nanodet", snapshot="", decides=1,
    )  # fmt: skip
    return msgspec.structs.replace(usual, **other)


def camera(*watched: str, **other: object) -> Camera:
    zones = tuple(Zone(window=one, polygon=((0, 0), (9, 0), (9, 9))) for one in watched)
    return Camera(id="c", url="rtsp://x/y", size=(1280, 720), windows=zones, **other)  # type: ignore[arg-type]


def now_at(clock: str, *samples: Sample, speed: float = 1) -> WindowNow:
    (one,) = windows(list(samples), [camera("w")], {}, HOURS, at(clock), speed=speed)
    return one


def event(kind: str, clock: str, number: int = 0, **fields: object) -> Told:
    written = msgspec.json.encode(fields).decode()
    return Told(case_id="p", event_id=f"{kind}{number}", type=kind, occurred_at=at(clock), window="w", data=written)


# Hours


def test_a_window_is_open_at_lunch_or_closed_by_calendar_timetable_and_its_own_hours() -> None:
    assert [HOURS.standing("w", at(clock)) for clock in ("08:59", "09:00", "12:00", "13:30", "17:00")] == [
        "closed", "open", "lunch", "open", "closed",
    ]  # fmt: skip
    assert HOURS.standing("own", at("12:30")) == "open"
    assert HOURS.standing("w", at("10:00", date(2026, 3, 21))) == "closed", "a Saturday"


def test_a_year_that_the_calendar_lacks_is_not_guessed() -> None:
    assert HOURS.spans("w", date(2099, 3, 18)) is None
    assert HOURS.standing("w", at("03:00", date(2099, 3, 18))) == "open"


def test_windows_and_days_with_the_same_hours_are_asked_for_together() -> None:
    table = Timetable((*DEFAULT.periods, Period(DAY.toordinal(), DAY.toordinal(), ((600, 660),), "east")))
    hours = Hours(
        Calendars().get("cn"), zone("Asia/Shanghai"), table, {"own": ((480, 1200),)}, {"e1": "east", "x": "west"}
    )
    found = hours.alike([DAY, date(2026, 3, 19), date(2026, 3, 21)])
    assert [(one.windows, len(one.days), one.spans[0][0]) for one in found] == [
        (None, 2, 540), (("e1",), 1, 600), (("e1",), 1, 540), (("own",), 2, 480),
    ]  # fmt: skip
    assert hours.special() == ["e1", "own"]


# How windows stand


def test_a_window_outside_its_hours_is_closed_and_not_unstaffed() -> None:
    assert now_at("12:10", sample("unstaffed", "12:09:58")).shown == "lunch"
    late_worker = now_at("17:30", sample("staffed", "17:29:58"))
    assert (late_worker.shown, late_worker.present) == ("closed", True)
    assert now_at("10:30", sample("unstaffed")).shown == "unstaffed"


def test_what_nobody_looked_at_lately_is_unknown_and_says_late() -> None:
    old = now_at("10:31", sample("staffed"))
    assert (old.shown, old.reason, old.late) == ("unknown", "late", True)
    assert now_at("10:31", sample("staffed"), speed=60).shown == "staffed", "a clock that runs 60 times as fast"
    never = now_at("10:31")
    assert (never.shown, never.reason) == ("unknown", "nothing")


def test_the_camera_that_decides_decides() -> None:
    other = sample("unstaffed", "10:29:59", camera="d", decides=0)
    assert now_at("10:30", sample("staffed"), other).shown == "staffed"
    held = now_at("10:30", sample("staffed", reason="hidden"))
    assert (held.shown, held.held, held.reason) == ("staffed", True, "")
    dark = now_at("10:30", sample("unknown", reason="dark"))
    assert (dark.shown, dark.held, dark.reason) == ("unknown", False, "dark")


def test_a_window_that_no_camera_watches_any_more_is_shown_for_the_rest_of_its_day() -> None:
    gone = sample(window="gone")
    assert [one.window for one in windows([gone], [], {}, HOURS, at("11:00"))] == ["gone"]
    assert windows([gone], [], {}, HOURS, at("11:00", date(2026, 3, 19))) == []


LOST_AGAIN = event("presence_lost", "10:09")


@pytest.mark.parametrize(
    ("state", "events", "since"),
    [
        ("unstaffed", [event("presence_lost", "10:20", seen_at="2026-03-18T10:18:00+08:00")], "10:18"),
        ("staffed", [event("presence_lost", "10:00"), event("presence_regained", "10:10")], "10:10"),
        ("staffed", [event("presence_regained", "10:10"), event("presence_lost", "10:20")], None),
        ("unstaffed", [event("presence_lost", "10:00"), event("leave_started", "10:01"), LOST_AGAIN], "10:00"),
        ("unstaffed", [event("presence_lost", "10:20", seen_at="?")], "10:20"),
    ],
)  # fmt: skip
def test_since_when_it_is_so_is_what_the_days_events_say(state: str, events: list[Told], since: str | None) -> None:
    one = now_at("10:30", sample(state, seen_at=None))
    (found,) = told([one], DAY, {case_of("w", DAY): events}, {})
    assert found.since == (at(since) if since else None)


def test_a_view_of_the_plan_is_its_address() -> None:
    view = View(q="3号", hall=("一楼",), department=("A", "B"), state=("unknown", "staffed"), by=("c",), sort="since")
    assert from_query(to_query(view)) == view
    assert to_query(View()) == {}


def test_windows_are_filtered_sorted_and_grouped() -> None:
    places = {"a": Place("二楼", "X"), "b": Place("一楼", "Y"), "c": Place()}
    seen = [sample("staffed", window="a"), sample("unstaffed", window="b"), sample("unknown", window="c")]
    known = windows(seen, [camera("a", "b", "c")], places, HOURS, at("10:30"))
    assert counts(known) == {"unstaffed": 1, "unknown": 1, "staffed": 1, "lunch": 0, "closed": 0}

    def codes(view: View) -> list[str]:
        return [one.window for one in chosen(known, view, LEXICON)]

    assert codes(View()) == ["b", "a", "c"]
    assert codes(View(sort="state")) == ["b", "c", "a"]
    assert codes(View(hall=("二楼",))) == ["a"]
    assert codes(View(department=("Y",), state=("staffed",))) == []
    assert codes(View(by=("c",), q="B")) == ["b"]
    assert codes(View(by=("d",))) == []
    assert list(grouped(chosen(known, View(), LEXICON), "place")) == [("一楼", "Y"), ("二楼", "X"), ("", "")]


# A window's day


def counted(events: list[Told], now: str = "18:00") -> list[tuple[float, dict[str, float]]]:
    return [
        (one.counted.total_seconds() / 60, {e.kind: e.length.total_seconds() / 60 for e in one.excuses})
        for one in absences(events, HOURS.spans("w", DAY), at(now))
    ]


def test_an_absence_counts_from_the_last_sighting_and_in_the_hours_only() -> None:
    lost = event("presence_lost", "11:50", seen_at="2026-03-18T11:45:00+08:00")
    assert counted([lost, event("presence_regained", "13:40")]) == [(25, {"hours": 90})]
    assert counted([lost], "11:55") == [(10, {})]
    assert counted([event("presence_lost", "16:50")], "23:00") == [(10, {"hours": 360})]


def test_excuses_are_united_and_each_says_what_it_took() -> None:
    events = [
        event("leave_started", "09:55", ground="会议"),
        event("presence_lost", "10:00", hidden=[["2026-03-18T10:28:00+08:00", "2026-03-18T10:34:00+08:00"], "?"]),
        event("camera_lost", "10:20", reason="dark"),
        event("leave_ended", "10:30"),
        event("camera_regained", "10:32"),
        event("presence_regained", "10:40"),
    ]
    assert counted(events) == [(6, {"leave": 30, "camera": 2, "hidden": 2})]
    (one,) = absences(events, HOURS.spans("w", DAY), at("18:00"))
    assert one.excuses[0].ground == "会议"


def test_a_change_of_shift_excuses_as_much_as_in_the_rules() -> None:
    """Ten minutes of one on record, and five on each side of one of the register."""
    lost = event("presence_lost", "10:00")
    relief = [event("shift_ended", "10:00"), lost, event("presence_regained", "10:25")]
    assert counted(relief) == [(15, {"shift": 10})]
    hours = Hours(Calendars().get("cn"), zone("Asia/Shanghai"), DEFAULT, shifts={"w": (615,)})
    assert hours.handovers("w", DAY) == [(at("10:10"), at("10:20"))]
    (one,) = absences([lost], HOURS.spans("w", DAY), at("10:30"), handovers=hours.handovers("w", DAY))
    assert one.counted == timedelta(minutes=20)


def test_a_sighting_of_the_day_before_or_before_the_last_return_begins_no_absence() -> None:
    lost = [
        event("presence_lost", "09:10", seen_at="2026-03-17T16:58:00+08:00"),
        event("presence_regained", "09:20"),
        event("presence_lost", "09:30", 2, seen_at="2026-03-18T09:15:00+08:00"),
    ]
    found = absences(lost, HOURS.spans("w", DAY), at("10:00"), begin=at("00:00"))
    assert [one.since for one in found] == [at("09:10"), at("09:20")]


def test_what_cannot_be_seen_within_an_absence_does_not_count() -> None:
    events = [event("presence_lost", "10:00"), event("presence_unknown", "10:10"), event("presence_lost", "10:25", 2)]
    assert counted([*events, event("presence_regained", "10:30")]) == [(15, {"unknown": 15})]


def test_a_day_that_the_calendar_cannot_tell_counts_as_it_was_seen() -> None:
    (one,) = absences([event("presence_lost", "10:00"), event("presence_regained", "10:30")], None, at("18:00"))
    assert one.counted == timedelta(minutes=30)


def test_an_absence_knows_the_finding_it_led_to_and_goes_into_the_file() -> None:
    finding = Finding(
        finding_id="f", revision=1, rule="S1", rule_version="1", subject="window:w", severity=2, status="open",
        occurred_at=at("10:15"), detected_at=at("10:15"), message=Text(zh="脱岗", en="absent"),
        evidence=Evidence(events=("presence_lost0",)), case_id="p",
    )  # fmt: skip
    events = [
        event("presence_lost", "10:00", snapshot="=evil"),
        event("presence_regained", "10:30"),
        event("presence_lost", "11:00", 2),
    ]
    first, second = absences(events, HOURS.spans("w", DAY), at("11:10"), [finding])
    assert (first.findings, second.findings) == ((finding,), ())
    lines = absences_csv("w", [first, second], LEXICON.words).decode("utf-8-sig").splitlines()
    assert lines[1] == "w,2026-03-18T10:00:00+08:00,2026-03-18T10:30:00+08:00,30.0,30.0,,,'=evil,S1 f"
    assert lines[2].split(",")[2] == ""


def test_stretches_of_time_are_united_cut_and_measured() -> None:
    a, b, c, d = (at(f"1{n}:00") for n in range(4))
    assert union([(c, d), (a, b), (b, c), (d, a)]) == [(a, d)]
    assert common([(a, c)], [(b, d)]) == [(b, c)]
    assert without([(a, d)], [(b, c), (b, b)]) == [(a, b), (c, d)]
    assert length([(a, c), (b, d)]) == timedelta(hours=3)


def test_the_strip_shows_the_hours_and_what_lies_outside_them() -> None:
    whole = HOURS.whole(DAY)
    assert axis(HOURS.spans("w", DAY), whole, []) == (at("08:00"), at("18:00"))
    assert axis([], whole, []) == whole


def test_the_case_of_a_window_names_it_back() -> None:
    assert window_of(case_of("A:12", DAY)) == ("A:12", DAY)
    assert [window_of(text) for text in ("presence::2026-03-18", "presence:A:soon", "camera:c", "")] == [None] * 4


# The heat map


def test_the_share_is_of_known_time_and_what_could_not_be_seen_is_told() -> None:
    minutes = [
        Minutes(window="w", weekday=1, at=9, staffed=45, unstaffed=15, unknown=0, seen=1),
        Minutes(window="w", weekday=2, at=9, staffed=15, unstaffed=0, unknown=45, seen=2),
        Minutes(window="v", weekday=1, at=9, staffed=0, unstaffed=0, unknown=10, seen=1),
    ]
    blind, known = cells(minutes, lambda one: one.window)
    assert (known.share, known.known, known.blind, known.days) == (0.8, 75, 0.375, 3)
    assert (blind.share, blind.blind) == (None, 1)
    assert by_row(cells(minutes, lambda one: str(one.weekday)))["2"].staffed == 15


# Files


@pytest.mark.parametrize(
    "name",
    ["", "../secret.jpg", "/etc/passwd", "snapshots/../../secret.jpg", "a\0.jpg", "snapshots", "link.jpg", "words.txt",
     "x" * 5000],
)  # fmt: skip
def test_no_name_leads_out_of_the_pictures_folder(tmp_path: Path, name: str) -> None:
    home = tmp_path / "pictures"
    (home / "snapshots").mkdir(parents=True)
    (tmp_path / "secret.jpg").write_bytes(b"secret")
    (home / "words.txt").write_text("secret")
    (home / "link.jpg").symlink_to(tmp_path / "secret.jpg")
    (home / "snapshots" / "a.jpg").write_bytes(b"x")
    assert files.shot(home, name) is None
    assert files.shot(home, "snapshots/a.jpg") is not None
    assert files.snapshot(home, name) is None
    assert files.newest(home, f"../{name}") is None
    assert files.told(home, "../latest/x") is None


def test_evidence_is_a_snapshot_and_no_other_picture(tmp_path: Path) -> None:
    for folder in ("snapshots", "reference"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.png").write_bytes(b"x")
    assert files.snapshot(tmp_path, "snapshots/a.png") is not None
    for name in ("reference/a.png", "snapshots/../reference/a.png", "a.png"):
        assert files.snapshot(tmp_path, name) is None


def test_a_broken_picture_is_none(tmp_path: Path) -> None:
    broken = tmp_path / "a.jpg"
    for content in (b"", b"\xff\xd8\xff\xe0 cut", b"<html>"):
        broken.write_bytes(content)
        assert files.small(broken, 100) is None


def test_a_camera_is_as_the_sampler_or_else_its_samples_say(tmp_path: Path) -> None:
    fresh = timedelta(seconds=20)

    def condition(*samples: Sample, clock: str = "10:30") -> str:
        (one,) = files.cameras(tmp_path, [camera("w")], list(samples), at(clock), 1, fresh)
        return one.condition

    assert condition() == "never"
    assert condition(sample()) == "ok"
    assert condition(sample(reason="dark", state="unknown")) == "dark"
    assert condition(sample(reason="hidden")) == "ok"
    assert condition(sample(detector="none", reason="no_detector", state="unknown")) == "no_detector"
    assert condition(sample(), clock="10:40") == "late"
    (tmp_path / "latest").mkdir()
    words = {"camera": "c", "at": at("10:29:59"), "condition": "frozen", "detector": "n", "period_s": 5}
    (tmp_path / "latest" / "c.json").write_bytes(msgspec.json.encode(words))
    assert condition(sample()) == "frozen"
    (tmp_path / "latest" / "c.json").write_bytes(b"{")
    assert condition(sample()) == "ok"


def test_the_second_absence_of_a_day_is_its_own() -> None:
    """Each absence of a day is its own; the second begins after the return from the first."""
    events = [event("presence_lost", "09:10"), event("presence_regained", "09:12"), event("presence_lost", "14:00", 2)]
    first, second = absences([*events, event("presence_regained", "14:30", 2)], HOURS.spans("w", DAY), at("18:00"))
    assert isinstance(first, Absence)
    assert first.until == at("09:12")
    assert second.since == at("14:00")


def test_a_camera_that_shows_others_windows_too_is_not_shown_by_way_of_its_samples(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    both = reading.Around(cameras=[camera("w", "other")], register=[], hours=HOURS, wrong=())
    monkeypatch.setattr(reading, "around", lambda: both)
    monkeypatch.setattr(reading, "data", MagicMock(newest=lambda _: [sample()]))
    monkeypatch.setattr(reading, "service", MagicMock(now=lambda: at("10:30"), clock=lambda: None))
    monkeypatch.setattr(reading, "pictures_dir", lambda: tmp_path)
    for counters, shown in ((None, ["c"]), (frozenset({"w"}), []), (frozenset({"w", "other"}), ["c"])):
        someone = Person(account="chen", scope=Scope(counters=counters))
        monkeypatch.setattr(who, "person", lambda someone=someone: someone)
        found = reading.hall.__wrapped__()  # type: ignore[attr-defined]
        assert [one.id for one in found.cameras] == shown
        assert "w" in [one.window for one in found.windows]
