"""Settings: wrong ones must stop a service before it starts, and say where they stand."""

from pathlib import Path

import pytest

from mingjing import settings
from mingjing.errors import UsageError
from mingjing.instants import HOUR, micros, parse


def write(folder: Path, text: str) -> Path:
    path = folder / "mingjing.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_without_a_file_and_variables_the_defaults_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert settings.load(env={}) == settings.Settings()


def test_the_file_of_the_working_directory_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, "partitions = 3\n")
    assert settings.load(env={}).partitions == 3


def test_a_variable_overrides_the_file_and_an_empty_one_does_not(tmp_path: Path) -> None:
    path = write(tmp_path, 'partitions = 3\ngroup = "a"\n')
    found = settings.load(path, {"MINGJING_PARTITIONS": "5", "MINGJING_GROUP": "", "MINGJING_TICK_S": "1"})
    assert (found.partitions, found.group, found.tick_s) == (5, "a", 1.0)


def test_the_variable_may_name_the_file(tmp_path: Path) -> None:
    path = write(tmp_path, "partitions = 3\n")
    assert settings.load(env={"MINGJING_SETTINGS": str(path)}).partitions == 3
    with pytest.raises(UsageError, match="cannot be read"):
        settings.load(env={"MINGJING_SETTINGS": str(tmp_path / "nothing.toml")})


def test_all_mistakes_are_reported_at_once_with_their_places(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        '# ours\nbrokrs = "a"\npartitions = 0\n[sources.a]\nlag_hours = "x"\n'
        '[severity.red]\nzh = "红"\nen = "Red"\ncolour = "red"\n',
    )
    variables = {
        "MINGJING_TIMEZONE": "Mars",
        "MINGJING_PARTITIONS": "x",
        "MINGJING_FOO": "1",
        "MINGJING_SOURCES": "{}",
        "MINGJING_CLOCK": "noon",
        "MINGJING_TEST_ANYTHING": "left alone",
    }
    with pytest.raises(UsageError) as caught:
        settings.load(path, variables)
    assert str(caught.value).split("\n") == [
        f"{path}:2: brokrs: unknown setting; did you mean brokers?",
        f"{path}:3: partitions: expected int >= 1",
        f"{path}:4: sources: expected float, got str - at sources[...].lag_hours",
        f"{path}:6: severity: a colour is written like #d7263d",
        "$MINGJING_TIMEZONE: unknown time zone 'Mars'; write it like Asia/Shanghai",
        "$MINGJING_PARTITIONS: expected int, got str",
        "$MINGJING_FOO: unknown setting",
        "$MINGJING_SOURCES: is a table; set it in the settings file",
        "$MINGJING_CLOCK: write it like 2026-03-02T08:30:00+08:00@1790000000x120",
    ]


def test_a_file_that_is_no_toml_is_named_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"mingjing\.toml:2: not TOML"):
        settings.load(write(tmp_path, "a = 1\nb = \n"), {})


def test_a_source_has_its_own_agreed_lag(tmp_path: Path) -> None:
    found = settings.load(write(tmp_path, "source_lag_hours = 2\n[sources.nightly]\nlag_hours = 36\n"), {})
    assert (found.lag("nightly"), found.lag("other"), found.lag(None)) == (36 * HOUR, 2 * HOUR, 2 * HOUR)


def test_severities_have_the_tenants_words(tmp_path: Path) -> None:
    found = settings.load(write(tmp_path, '[severity.red]\nzh = "红"\nen = "Severe"\ncolour = "#aa0000"\n'), {})
    assert [found.severity.of(n).en for n in (1, 2, 3)] == ["Notice", "Yellow card", "Severe"]


def test_a_simulated_clock_runs_from_its_instant_at_its_speed(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = settings.SimulatedClock(micros(parse("2026-03-02T08:30+08:00")), 1_790_000_000.0, 120.0)
    assert settings.parse_clock(str(clock)) == clock
    monkeypatch.setattr("time.time", lambda: 1_790_000_030.0)
    assert settings.clock_now(settings.Settings(clock=str(clock))) == micros(parse("2026-03-02T09:30+08:00"))


def test_the_wall_clock_is_in_microseconds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.time_ns", lambda: 1_790_000_000_123_456_789)
    assert settings.clock_now(settings.Settings()) == 1_790_000_000_123_456
