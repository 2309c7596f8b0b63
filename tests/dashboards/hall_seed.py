"""Data for looking at the hall: windows, cameras with pictures, weeks of presence, and a day with everything in it.

`python -m tests.dashboards.hall_seed DSN FOLDER [few|many]` fills a store and a folder by hand.
"""

import random
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
from PIL import Image, ImageDraw

from mingjing.cameras import Camera, Zone, save
from mingjing.latest import Latest
from mingjing.settings import Settings
from mingjing.store import Name, SampleRow, Store
from mingjing.types import CaseEvent, PresenceSample
from rules import load_engine
from tests.dashboards import seed
from tests.dashboards.seed import DEPARTMENTS, NOW

HALLS = ("一楼综合大厅", "二楼专业大厅")
AWAY = "SCJGJ-01"
"""The window whose day has everything: absences, leave, hidden, unknown, snapshots, a finding."""
ABSENT = (("09:10", "09:15"), ("09:21", "09:43"), ("10:05", "17:00"))
PER_CAMERA = 4
SIZE = (1280, 720)
SNAPSHOT = "snapshots/2026-03-18/SCJGJ-01-0943.jpg"
FAULTS = {"cam-02": "dark", "cam-03": "offline", "cam-05": "moved"}


def windows(many: int) -> list[tuple[str, str, str]]:
    """Codes of windows with their departments and halls."""
    units = list(DEPARTMENTS)
    found = []
    for n in range(many):
        unit = units[n * len(units) // many]
        found.append((f"{unit}-{n % (many // len(units)) + 1:02d}", unit, HALLS[n * len(HALLS) // many]))
    return found


def cameras(places: Sequence[tuple[str, str, str]]) -> list[Camera]:
    """One camera per four windows, each with a quarter of its picture."""
    found = []
    for n in range(0, len(places), PER_CAMERA):
        zones = [
            Zone(window=code, polygon=((x, 200.0), (x + 280, 200.0), (x + 280, 560.0), (x, 560.0)))
            for at, (code, _, _) in enumerate(places[n : n + PER_CAMERA])
            for x in (20.0 + at * 310,)
        ]
        found.append(
            Camera(
                id=f"cam-{n // PER_CAMERA + 1:02d}",
                url=f"rtsp://10.0.0.{n + 1}/stream",
                name=f"{places[n][2]} {n // PER_CAMERA + 1} 号",
                hall=places[n][2],
                size=SIZE,
                windows=tuple(zones),
            )
        )
    return found


def files(folder: Path, places: Sequence[tuple[str, str, str]]) -> Settings:
    """Cameras, pictures and registers below a folder; the settings that name them."""
    made = Settings(
        cameras_dir=str(folder / "cameras"),
        pictures_dir=str(folder / "pictures"),
        registers_dir=str(folder / "registers"),
    )
    (folder / "cameras").mkdir(parents=True)
    (folder / "registers").mkdir()
    pictures = folder / "pictures"
    (pictures / "latest").mkdir(parents=True)
    known = cameras(places)
    for number, camera in enumerate(known):
        save(folder / "cameras", camera)
        _latest(pictures, camera, number)
    (pictures / "latest" / "cam-04.jpg").write_bytes(b"\xff\xd8\xff half a pict")
    kept = pictures / SNAPSHOT
    kept.parent.mkdir(parents=True)
    picture(f"{AWAY} 09:43:10", "#b9a78f").save(kept)
    head = "code,name,department,hall,hours\n"
    rows = [f"{code},{code},{unit},{hall},{'09:00-17:00' if code == AWAY else ''}\n" for code, unit, hall in places]
    (folder / "registers" / "windows.csv").write_text(head + "".join(rows), encoding="utf-8")
    return made


def picture(text: str, colour: str = "#8fa3b9") -> Image.Image:
    """A picture with some words in it."""
    made = Image.new("RGB", SIZE, colour)
    draw = ImageDraw.Draw(made)
    for at in range(PER_CAMERA):
        x = 20 + at * 310
        draw.rectangle((x, 200, x + 280, 560), outline="#fff200", width=4)
        draw.ellipse((x + 100, 240, x + 180, 330), fill="#6d5a4a")
        draw.rectangle((x + 70, 330, x + 210, 540), fill="#33475b")
    draw.text((24, 24), text, fill="white", font_size=40)
    return made


def _latest(pictures: Path, camera: Camera, number: int) -> None:
    condition = FAULTS.get(camera.id, "ok")
    old = timedelta(minutes=6) if condition == "offline" else timedelta(seconds=2 + number % 4)
    if camera.id != "cam-06":
        dark = "#16181c" if condition == "dark" else "#8fa3b9"
        picture(camera.id, dark).save(pictures / "latest" / f"{camera.id}.jpg", quality=80)
    told = Latest(
        camera=camera.id,
        at=NOW - timedelta(seconds=2),
        condition=condition,
        detector="nanodet-plus-416",
        period_s=5,
        picture_at=NOW - old,
        size=SIZE,
        trouble="cam-03: no answer from 10.0.0.9 for 60 s" if condition == "offline" else None,
    )
    (pictures / "latest" / f"{camera.id}.json").write_bytes(msgspec.json.encode(told))


def samples(places: Sequence[tuple[str, str, str]], *, days: int, every: timedelta) -> Iterator[SampleRow]:
    """Presence of weeks, and the last minutes in full."""
    rng = random.Random(4)  # noqa: S311
    watched = {zone.window: camera.id for camera in cameras(places) for zone in camera.windows}
    for number, (window, _, _) in enumerate(places):
        diligence = 0.99 - 0.35 * (number % 7 == 3) - 0.1 * (number % 5 == 1)
        for back in range(days, -1, -1):
            day = (NOW - timedelta(days=back)).replace(hour=8, minute=30)
            at, end, state = day, min(day.replace(hour=17, minute=30), NOW - timedelta(minutes=4)), "staffed"
            blind = rng.random() < 0.05
            while at < end:
                if rng.random() < 0.2:
                    state = "staffed" if rng.random() < diligence else "unstaffed"
                if window == AWAY and not back:
                    blind, state = False, _of_the_day(f"{at:%H:%M}")
                unseen = blind and at.hour in (10, 11, 14)
                yield _row(window, watched[window], at, "unknown" if unseen else state, "dark" if unseen else "")
                at += every
    for number, (window, _, _) in enumerate(places):
        fault = FAULTS.get(watched[window], "")
        state = "unknown" if fault else "unstaffed" if number % 9 == 4 or window == AWAY else "staffed"
        for second in range(0, 0 if number == 2 else 240, 5):  # of one nothing is fresh
            at = NOW - timedelta(seconds=240 - second - 1)
            yield _row(window, watched[window], at, state, fault or "hidden" * (number == 6))


def _of_the_day(clock: str) -> str:
    return "unstaffed" if any(since <= clock < until for since, until in ABSENT) else "staffed"


def _row(window: str, camera: str, at: datetime, state: str, reason: str) -> SampleRow:
    sample = PresenceSample(
        window=window,
        camera=camera,
        sampled_at=at,
        state=state,  # type: ignore[arg-type]
        confidence=0.87 if state != "unknown" else 0,
        persons=1 if state == "staffed" else 0,
        reason=reason or None,  # type: ignore[arg-type]
        seen_at=at if state == "staffed" else at - timedelta(minutes=3),
        view=0.2,
        detector="nanodet-plus-416",
    )
    return SampleRow(sample, decides=True)


def day_of_everything() -> list[CaseEvent]:
    """What happened at AWAY today."""
    case = f"presence:{AWAY}:{NOW.date()}"
    found: list[CaseEvent] = []

    def clock(text: str) -> str:
        return f"{NOW.date()}T{text}+08:00"

    def add(text: str, kind: str, **details: object) -> None:
        at = datetime.fromisoformat(clock(text))
        event = CaseEvent(
            event_id=f"{case}-{len(found)}",
            case_id=case,
            type=kind,
            occurred_at=at,
            received_at=at,
            source="cameras",
            window=AWAY,
            department="SCJGJ",
            data={"camera": "cam-01"} | details,
        )
        found.append(event)

    hidden = [[clock("09:36:00"), clock("09:38:00")]]
    add("09:00:05", "presence_regained")
    add("09:12:00", "presence_lost", seen_at=clock("09:10:40"), snapshot="snapshots/2026-03-18/gone.jpg")
    add("09:14:30", "presence_regained")
    add("09:20:00", "leave_started", ground="现场勘验")
    add("09:22:00", "presence_lost", seen_at=clock("09:20:30"), snapshot="../../etc/passwd", hidden=hidden)
    add("09:35:00", "leave_ended")
    add("09:43:10", "presence_regained", snapshot=SNAPSHOT)
    add("10:06:00", "presence_lost", seen_at=clock("10:05:00"), snapshot=SNAPSHOT)
    return found


def fill(
    store: Store, folder: Path, *, many: int = 24, days: int = 6, every: timedelta = timedelta(minutes=4)
) -> Settings:
    """Everything; the settings with which the pages find it."""
    places = windows(many)
    made = files(folder, places)
    names = [
        Name("window", code, f"{zh}{code[-2:]}号窗口", f"{en}, window {code[-2:]}")
        for code, unit, _ in places
        for zh, en in [DEPARTMENTS[unit]]
    ]
    store.write_names([*names, *(Name("department", code, zh, en) for code, (zh, en) in DEPARTMENTS.items())])
    batch: list[SampleRow] = []
    for row in samples(places, days=days, every=every):
        batch.append(row)
        if len(batch) == 50_000:
            store.write_presence(batch)
            batch = []
    store.write_presence(batch)
    engine = load_engine(Settings(registers_dir=made.registers_dir))
    seed.publish(store, engine, [day_of_everything()], [NOW - timedelta(hours=1), NOW])
    return made


def main(dsn: str, folder: str, size: str = "few") -> None:
    """Fills the store of a DSN and a folder."""
    with Store(dsn) as store:
        store.migrate()
        if size == "many":
            made = fill(store, Path(folder), many=120, days=365, every=timedelta(minutes=5))
        else:
            made = fill(store, Path(folder))
        print(made.cameras_dir, made.pictures_dir)  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
