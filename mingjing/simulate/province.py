"""What the simulated city shares with its province: the pool of experts 评标专家库 and the integrity records 诚信库.

Both are the same for every seed: cities draw from one pool, and who is barred in one is barred in all.
"""

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import NamedTuple

from mingjing.simulate.cityplan import dice

WORKS = ("房屋建筑", "市政工程", "公路工程", "水利工程", "机电安装", "工程造价")
GOODS = ("信息化", "医疗设备", "办公设备", "物业服务", "教学设备")
THIN = ("文物保护", "地震监测", "古树名木")
"""Specialities 评审专业: of works, of procurement, and those in which there are hardly any experts."""
EXPERTS, FIRMS, FEW = 400, 60, 8
SINCE, UNTIL = date(2004, 1, 1), date(2027, 12, 31)
LEFT = ("年龄到限", "本人申请", "考核不合格清退", "违规清退")
BAD = ("串通投标", "弄虚作假", "转包挂靠")
SLIGHT = ("迟延履约", "投诉不实")


class Expert(NamedTuple):
    """One row of the pool; in force from `first` to `last` (None: still), both included."""

    code: str
    specialities: tuple[str, ...]
    unit: str
    first: date
    last: date | None
    why_out: str


class Record(NamedTuple):
    """A party's record; a bad one may bar it from tenders while it lasts."""

    code: str
    party: str
    kind: str
    bars: bool
    ground: str
    basis: str
    first: date
    last: date


@cache
def experts() -> Sequence[Expert]:
    """The pool: most have one speciality, some two; a third leave one day, those of thin specialities stay."""
    rng = dice("province", "experts")
    found = []
    for number in range(EXPERTS):
        thin = number >= EXPERTS - FEW * len(THIN)
        broad = (*WORKS, *GOODS)
        own = THIN[number % len(THIN)] if thin else broad[number % len(broad)]
        second = rng.choice(broad)
        several = rng.random() < 0.25 and not thin and second != own
        first = SINCE if rng.random() < 0.85 or thin else _day(rng.random(), SINCE, UNTIL)
        leaves, why, last = rng.random() < 0.3 and not thin, rng.choice(LEFT), _day(rng.random(), first, UNTIL)
        codes = (own, second) if several else (own,)
        unit = f"u{number % 90:02d}"
        found.append(Expert(f"x{number:03d}", codes, unit, first, last if leaves else None, why if leaves else ""))
    return found


@cache
def pool(speciality: str, day: int) -> Sequence[Expert]:
    """Who could be drawn for a speciality on a day (ordinal)."""
    return [
        one for one in experts() if speciality in one.specialities and one.first.toordinal() <= day and _lasts(one, day)
    ]


def _lasts(one: Expert, day: int) -> bool:
    return one.last is None or day <= one.last.toordinal()


@cache
def records() -> Sequence[Record]:
    """The integrity records: every firm is barred now and then, and has slighter remarks and praise besides."""
    rng = dice("province", "integrity")
    found: list[Record] = []
    for number in range(FIRMS):
        party, year = f"b{rng.randrange(16**9):09x}", 2004 + rng.randrange(4)
        while year <= UNTIL.year:
            first = date(year, rng.randint(1, 12), rng.randint(1, 28))
            years = rng.randint(1, 3)
            last = date.fromordinal(first.replace(year=year + years).toordinal() - 1)
            kind = rng.random()
            bars, praise = kind < 0.6, kind > 0.85
            ground = rng.choice(BAD) if bars else "守合同重信用" if praise else rng.choice(SLIGHT)
            code = f"R{number:02d}{year}"
            found.append(
                Record(code, party, "good" if praise else "bad", bars, ground, f"信{year}-{number}", first, last)
            )
            year = last.year + 1 + rng.randrange(2)
    return found


@cache
def parties() -> Sequence[str]:
    """All who have records."""
    return sorted({one.party for one in records()})


@cache
def barred(party: str, day: int) -> bool:
    """Whether a record bars a party from tenders on a day (ordinal)."""
    return any(
        one.bars and one.party == party and one.first.toordinal() <= day <= one.last.toordinal() for one in records()
    )


def _day(share: float, first: date, last: date) -> date:
    return date.fromordinal(first.toordinal() + int(share * (last.toordinal() - first.toordinal())))
