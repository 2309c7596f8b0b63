"""One project on the page: its branches as bars on working days, the table of branches, the rosters."""

from datetime import datetime

from dashboards.components.markup import Html, facts, join, table, tag
from dashboards.lexicon import Lexicon
from dashboards.words import Words, number
from mingjing.charts.look import LOOK, Spec
from mingjing.charts.parallel import Held, Lane, Pin, side_by_side
from mingjing.insight.project import Branch, Counting, Project
from mingjing.insight.roster import Activity, Seat

COLOURS = {
    "answered": LOOK.good, "waiting": LOOK.pale, "unproven": LOOK.pale, "late": LOOK.bad, "overdue": LOOK.bad,
    "default": "#8a2a04", "spared": LOOK.line, "lead": LOOK.soft, "joint": "#7a5a9e",
}  # fmt: skip
BAD = ("late", "overdue", "default", "untold")


def chart(project: Project, by: Counting, lexicon: Lexicon, now: datetime) -> Spec:
    """The lead unit's line first, one line per branch, one per joint activity."""
    words = lexicon.words
    kinds = {state: words(f"parallel.state_{state}") for state in COLOURS}
    start = project.opened_at

    def at(instant: datetime) -> float:
        return by.place(start, instant)

    def due(day: int) -> float | None:
        return by.end(start, day) if day else None

    until = project.ended_at or now
    lead = unit_name(project.lead, lexicon)
    told = f"{words.minute(start)} – {words.minute(project.ended_at)}"
    lanes = [
        Lane(
            name=words("parallel.lane_lead", unit=lead), since=at(start), until=at(until), kind=kinds["lead"], told=told
        )
    ]
    pins, held = [], []
    if project.consolidated_at:
        when = project.consolidated_at
        pins.append(Pin(name=lanes[0].name, at=at(when), told=f"{words('parallel.consolidated')} {words.minute(when)}"))
    for branch in project.branches:
        name = unit_name(branch.unit, lexicon)
        since = branch.since
        if since is None:
            pins.append(Pin(name=name, at=0.0, told=kinds.get("untold", words("parallel.state_untold"))))
            continue
        end = branch.opinion_at or project.consolidated_at or until
        lanes.append(
            Lane(name=name, since=at(since), until=at(max(end, since)), kind=kinds[branch.state],
                 due=due(branch.due_on), told=bar_told(branch, words))
        )  # fmt: skip
        for opens, closes in branch.holds:
            text = f"{words('parallel.held')} {words.minute(opens)} – {words.minute(closes)}"
            held.append(Held(name=name, since=at(opens), until=at(closes or until), told=text))
    for activity in project.activities:
        if activity.held_at is not None:
            name = form_name(activity, words)
            text = f"{name} {words.minute(activity.held_at)}"
            over = at(activity.held_at)
            lanes.append(Lane(name=name, since=max(0.0, over - 0.12), until=over, kind=kinds["joint"], told=text))
    labels = {
        "axis": words("parallel.axis"),
        "due": words("parallel.due_mark"),
        "limit": words("parallel.limit_mark", n=project.limit),
    }
    colours = [(kinds[state], colour) for state, colour in COLOURS.items()]
    return side_by_side(lanes, pins, held, list(dict(colours).items()), labels, limit=due(project.due_on))


def bar_told(branch: Branch, words: Words) -> str:
    """What a bar says when it is pointed at."""
    state = words(f"parallel.state_{branch.state}")
    told = words("parallel.bar", state=state, used=branch.used, limit=branch.limit or "—")
    return f"{told} · {branch.opinion} {words.minute(branch.opinion_at)}" if branch.opinion_at else told


def branches(project: Project, lexicon: Lexicon) -> Html:
    """One line per unit: told, received with its proof, limit, due, heard, and what that comes to."""
    words = lexicon.words
    rows = [_branch(branch, lexicon) for branch in project.branches]
    heads = [
        words(f"parallel.branch_{name}")
        for name in ("unit", "state", "told", "receipt", "limit", "due", "opinion", "used")
    ]
    return table(heads, rows, class_="mj-table")


def _branch(branch: Branch, lexicon: Lexicon) -> Html:
    words = lexicon.words
    state = tag("b", words(f"parallel.state_{branch.state}"), class_="bad" if branch.state in BAD else None)
    beneath = words(f"parallel.excluded_{branch.excluded}") if branch.excluded in ("safety", "secrecy", "veto") else ""
    proof = join(
        words.minute(branch.received_at),
        tag("br"),
        tag("small", branch.receipt_no or words("parallel.no_receipt"), class_="sub"),
    )
    opinion = (
        join(words.minute(branch.opinion_at), tag("br"), tag("small", branch.opinion, class_="sub"))
        if branch.opinion_at
        else "—"
    )
    return tag(
        "tr",
        tag("td", unit_name(branch.unit, lexicon)),
        tag("td", state, tag("br") if beneath else None, tag("small", beneath, class_="sub") if beneath else None),
        tag("td", words.minute(branch.told_at), class_="nowrap"),
        tag("td", proof if branch.received_at else "—", class_="nowrap"),
        tag("td", number(branch.limit) if branch.limit else "—", class_="number"),
        tag("td", day_of(branch.due_on), class_="nowrap"),
        tag("td", opinion, class_="nowrap"),
        tag("td", number(branch.used), class_="number"),
    )


def rosters(project: Project, lexicon: Lexicon) -> Html | None:
    """Each joint activity with who was invited, confirmed, came, signed, or stayed away."""
    return join(*(_roster(one, lexicon) for one in project.activities)) if project.activities else None


def _roster(one: Activity, lexicon: Lexicon) -> Html:
    words = lexicon.words
    lines = [
        (words("parallel.meeting"), one.meeting),
        (words("parallel.held_at"), words.minute(one.held_at) if one.held_at else words("parallel.not_held")),
        (
            words("parallel.minuted_at"),
            words.minute(one.minuted_at) if one.minuted_at else words("parallel.not_minuted"),
        ),
    ]
    heads = [
        words(f"parallel.seat_{name}")
        for name in ("unit", "presence", "invited", "received", "attended", "signed", "alone")
    ]
    rows = [_seat(seat, lexicon) for seat in one.seats]
    return join(
        tag("h3", form_name(one, words)), facts(lines, class_="mj-facts"), table(heads, rows, class_="mj-table")
    )


def _seat(seat: Seat, lexicon: Lexicon) -> Html:
    words = lexicon.words
    bad = seat.presence in ("unsigned", "default")  # who was not duly told may stay away
    alone: Html | str = "—"
    if seat.alone_at:
        ground = words.name("alone", seat.ground) if seat.ground else words("parallel.no_ground")
        alone = join(tag("span", words.minute(seat.alone_at), class_="bad" if seat.repeated else None), tag("br"),
                     tag("small", ground, class_="sub"))  # fmt: skip
    return tag(
        "tr",
        tag("td", unit_name(seat.unit, lexicon)),
        tag("td", tag("b", words(f"parallel.presence_{seat.presence}"), class_="bad" if bad else None)),
        tag("td", words.minute(seat.invited_at), class_="nowrap"),
        tag(
            "td",
            words.minute(seat.received_at),
            tag("br"),
            tag("small", seat.receipt_no, class_="sub"),
            class_="nowrap",
        ),
        tag("td", words.minute(seat.attended_at), class_="nowrap"),
        tag("td", words.minute(seat.signed_at), tag("br"), tag("small", seat.opinion, class_="sub"), class_="nowrap"),
        tag("td", alone, class_="nowrap"),
    )


def waiting(project: Project, lexicon: Lexicon) -> Html:
    """Who waits for whom, in a sentence each."""
    words, comma = lexicon.words, lexicon.words("signin.comma")
    lead = unit_name(project.lead, lexicon)
    told: list[Html] = []
    if project.awaited:
        names = comma.join(unit_name(one.unit, lexicon) for one in project.awaited)
        told.append(tag("li", words("parallel.waits", lead=lead, units=names)))
    elif not project.ended_at:
        told.append(
            tag("li", words("parallel.waits_lead" if project.consolidated_at else "parallel.waits_all", lead=lead))
        )
    if project.last is not None and len(project.branches) > 1:
        others = len(project.branches) - 1
        when = words.minute(project.last.opinion_at)
        told.append(tag("li", words("parallel.paced", unit=unit_name(project.last.unit, lexicon), n=others, when=when)))
    for one in project.branches:
        if one.state == "default":
            said = words(
                "parallel.defaulted",
                unit=unit_name(one.unit, lexicon),
                proof=one.receipt_no,
                when=words.minute(one.received_at),
            )
            told.append(tag("li", said, class_="bad"))
    return tag("ul", *told)


def unit_name(code: str, lexicon: Lexicon) -> str:
    """What a unit is called; sources may also name it in words."""
    return lexicon.name("department", code) or code


def form_name(one: Activity, words: Words) -> str:
    """联合踏勘, 联合验收 …; a form that is not known by its code."""
    return words.name("jointform", one.form) if one.form else words("parallel.joint")


def day_of(day: int) -> str:
    """A day by its number, ISO; a dash for none."""
    return datetime.fromordinal(day).date().isoformat() if day else "—"
