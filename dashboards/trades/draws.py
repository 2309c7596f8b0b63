"""The draws of experts: the list of them, and one of them repeated step by step."""

import shlex
from collections.abc import Callable, Sequence
from datetime import datetime
from urllib.parse import urlencode

from msgspec import Struct

from dashboards.components.markup import Html, facts, join, table, tag
from dashboards.components.saving import offer
from dashboards.exports import rows_csv
from dashboards.lexicon import Lexicon
from dashboards.words import Words, number
from mingjing.draws import Draw, Ticket
from mingjing.insight.experts import Told

SHOWN = 100
SORTS = ("newest", "oldest", "smallest")
STATES = ("", "differs", "repeats", "untold")
_LOOK = {"differs": "bad", "repeats": "good", "untold": "sub"}


class DrawLine(Struct, frozen=True, kw_only=True):
    """One draw as a line of the file."""

    case: str
    at: str
    number: str
    operator: str
    by: str
    speciality: str
    seed: str
    pool: int
    excluded: int
    drawn: str
    replay: str


class TicketLine(Struct, frozen=True, kw_only=True):
    """One step of a replay as a line of the file."""

    place: int
    expert: str
    excluded: bool
    replayed: bool
    recorded: bool


def fitting(told: Sequence[Told], speciality: str, state: str, search: str, sort: str) -> list[Told]:
    """The draws that a reader asks for, in the order asked for."""
    found = [
        one
        for one in told
        if (not speciality or one.speciality == speciality)
        and (not state or one.state == state)
        and (not search or any(search in text.casefold() for text in _texts(one)))
    ]
    if sort == "oldest":
        return found[::-1]
    return sorted(found, key=_size) if sort == "smallest" else found


def _texts(one: Told) -> tuple[str, ...]:
    return (one.case_id, one.number, one.officer, *one.drawn)


def _size(one: Told) -> float:
    return len(one.draw.pool) if one.draw else float("inf")


def listed(told: Sequence[Told], lexicon: Lexicon) -> Html:
    """The first draws as a table, each with the way to its replay."""
    words = lexicon.words
    rows = [
        tag(
            "tr",
            tag("td", words.minute(one.at), class_="nowrap"),
            tag("td", tag("a", one.case_id, href=case_address(one.case_id, words), target="_self")),
            tag("td", one.speciality or "—", tag("div", words("experts.thin"), class_="sub") if one.thin else None),
            tag("td", lexicon.name("officer", one.officer) or "—"),
            tag("td", number(len(one.draw.pool)) if one.draw else "—", class_="number"),
            tag("td", " ".join(one.drawn) or "—"),
            tag(
                "td",
                tag("a", words(f"experts.state_{one.state}"), href=address(one.event_id, one.at, words), target="_self",
                    class_=_LOOK[one.state]),
                class_="nowrap",
            ),
        )
        for one in told[:SHOWN]
    ]  # fmt: skip
    heads = [words(f"experts.{one}") for one in ("at", "tender", "speciality", "operator", "pool_n", "drawn", "replay")]
    more = tag("p", words("experts.more", n=SHOWN, all=number(len(told))), class_="sub") if len(told) > SHOWN else None
    return join(table(heads, rows, class_="mj-table"), more)


def export(told: Sequence[Told], name: str, words: Words) -> None:
    """The draws as a file."""
    lines = [
        DrawLine(
            case=one.case_id, at=words.moment(one.at), number=one.number, operator=one.officer, by=one.by,
            speciality=one.speciality, seed=one.draw.seed if one.draw else "",
            pool=len(one.draw.pool) if one.draw else 0, excluded=len(one.draw.excluded) if one.draw else 0,
            drawn=" ".join(one.drawn), replay=one.state,
        )
        for one in told
    ]  # fmt: skip
    offer("experts:draws", lambda: lines, lambda rows: rows_csv(DrawLine, rows, words), name, key="draws_csv")


def address(event_id: str, at: datetime, words: Words) -> str:
    """Where the replay of the draw that an event records stands."""
    query = {"draw": event_id, "from": words.local(at).date(), "to": words.local(at).date()}
    return "experts?" + urlencode(query | {"lang": words.language})


def case_address(case_id: str, words: Words) -> str:
    """Where a tender stands."""
    return "tender?" + urlencode({"tender": case_id, "lang": words.language})


def replayed(one: Told, lexicon: Lexicon, shown: Callable[[str], str] | None) -> Html:
    """One draw: what went in, every ticket in order, what comes out, and whether that is what was recorded.

    `shown` masks codes; None: the case is unsealed. Tickets, against which codes could be tried, are masked with them.
    """
    words, show = lexicon.words, shown or str
    head = [
        (words("experts.tender"), tag("a", one.case_id, href=case_address(one.case_id, words), target="_self")),
        (words("experts.number"), one.number or "—"),
        (words("experts.at"), words.moment(one.at)),
        (words("experts.operator"), lexicon.full("officer", one.officer) or "—"),
        (words("experts.by"), words(f"experts.by_{one.by}") if one.by in ("system", "manual") else one.by or "—"),
        (words("experts.speciality"), one.speciality or "—"),
        (words("experts.excluded_units"), " ".join(one.excluded_units) or "—"),
    ]
    if one.draw is None:
        return join(
            tag("p", words("experts.verdict_untold"), class_="mj-advice"),
            facts([*head, (words("experts.drawn"), _told(one.drawn, show))], class_="mj-facts"),
        )
    draw = one.draw
    head += [
        (words("experts.seed"), tag("code", draw.seed)),
        (words("experts.pool_n"), number(len(draw.pool))),
        (words("experts.excluded"), _told(sorted(draw.excluded), show)),
        (words("experts.asked"), number(draw.asked)),
        (words("experts.recorded"), _told(draw.drawn, show)),
    ]
    try:
        draw.veiled(show).tickets()  # what cannot be drawn is told in the codes that may be shown
        steps = draw.tickets()
    except ValueError as wrong:
        said = words("experts.verdict_impossible", reason=str(wrong))
        return join(tag("p", said, class_="mj-advice bad"), facts(head, class_="mj-facts"))
    again = [step.code for step in steps if step.drawn]
    missing, extra = sorted(set(again) - set(draw.drawn)), sorted(set(draw.drawn) - set(again))
    right = not missing and not extra
    verdict = words("experts.verdict_repeats") if right else words(
        "experts.verdict_differs", extra=_told(extra, show), missing=_told(missing, show)
    )  # fmt: skip
    head.append((words("experts.replay_gives"), _told(again, show)))
    return join(
        tag("p", verdict, class_="mj-advice" if right else "mj-advice bad"),
        facts(head, class_="mj-facts"),
        tag("h3", words("experts.steps")),
        tag("p", words("experts.steps_note"), class_="sub"),
        _tickets(steps, draw, words, shown),
        tag("p", words("experts.steps_masked"), class_="sub")
        if shown
        else tag("details", tag("summary", words("experts.by_hand")), tag("pre", _command(draw))),
    )


def _told(codes: Sequence[str], show: Callable[[str], str]) -> str:
    return " ".join(map(show, codes)) or "—"


def _tickets(steps: Sequence[Ticket], draw: Draw, words: Words, shown: Callable[[str], str] | None) -> Html:
    rows = [
        tag(
            "tr",
            tag("td", number(step.place)),
            tag("td", shown(step.code) if shown else step.code),
            tag("td", "—" if shown else tag("code", f"{step.ticket[:16]}…", title=step.ticket)),
            tag("td", words("experts.is_excluded") if step.excluded else ""),
            tag("td", tag("b", "✓") if step.drawn else ""),
            _recorded(step, draw),
        )
        for step in steps
    ]  # fmt: skip
    heads = [words(f"experts.{one}") for one in ("place", "expert", "ticket", "excluded", "replay_gives", "recorded")]
    return table(heads, rows, class_="mj-table")


def _recorded(step: Ticket, draw: Draw) -> Html:
    """Whether the record has somebody drawn; red where the replay says otherwise."""
    inside = step.code in draw.drawn
    return tag(
        "td", tag("b", "✓" if inside else "✗" if step.drawn else ""), class_=None if inside == step.drawn else "bad"
    )


def _command(draw: Draw) -> str:
    """What repeats the draw with the tools of any Unix machine."""
    codes, seed = shlex.join(sorted(set(draw.pool) - draw.excluded)), shlex.quote(draw.seed)
    loop = f"""for code in {codes}; do printf '%s:%s' {seed} "$code" | sha256sum | sed "s/-/$code/"; done"""
    return f"{loop} | sort | head -n {draw.asked}"


def export_replay(one: Told, words: Words, shown: Callable[[str], str]) -> None:
    """The steps of a replay as a file, which stays masked though the case be unsealed."""
    if one.draw is None:
        return
    try:
        steps = one.draw.tickets()
    except ValueError:
        return
    drawn = one.draw.drawn
    lines = [
        TicketLine(
            place=step.place, expert=shown(step.code), excluded=step.excluded, replayed=step.drawn,
            recorded=step.code in drawn,
        )
        for step in steps
    ]  # fmt: skip
    name = f"mingjing-draw-{one.number or one.event_id}.csv"
    offer("experts:replay", lambda: lines, lambda rows: rows_csv(TicketLine, rows, words), name, key="replay_csv",
          case_id=one.case_id)  # fmt: skip
