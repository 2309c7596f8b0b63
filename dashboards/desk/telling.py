"""What the desk says: steps, states, deadlines, refusals, in the reader's words. Pure."""

from datetime import datetime, time, timedelta

from dashboards.desk.view import Row, Urgency
from dashboards.words import Words
from mingjing import files
from mingjing.handling.allowed import Refused
from mingjing.handling.deadlines import Deadline
from mingjing.record.recorder import Taken
from mingjing.texts import text

SYSTEM = "system:"


def step(word: str, words: Words) -> str:
    """What a step is called."""
    return text(f"handling.step.{word}", words.language)


def state(word: str, words: Words) -> str:
    """What a state is called."""
    return text(f"handling.state.{word}", words.language)


def role(word: str, words: Words) -> str:
    """What a role is called."""
    return text(f"handling.role.{word}", words.language)


def due(key: str, words: Words) -> str:
    """What a deadline asks for; "" for none."""
    return text(f"handling.due.{key}", words.language) if key else ""


def account(name: str, words: Words) -> str:
    """Who acted: an account, or the service itself."""
    return role("system", words) if name.startswith(SYSTEM) else name


def refusal(why: Refused | Taken | files.Refused, words: Words) -> str:
    """Why something was not done."""
    if isinstance(why, Taken):
        return words("desk.taken")
    if isinstance(why, files.Refused):
        return words(f"refused.{why.word}", **{"name": "", "is_": "", "limit": "", "size": ""} | why.places)
    named = {"step": step, "state": state}
    places = {name: named[name](str(one), words) if name in named else one for name, one in why.places.items()}
    return text(f"handling.refused.{why.word}", words.language, **places)


def left(deadline: datetime | None, now: datetime, words: Words) -> str:
    """How much time is left, or how long it is over; "" where no deadline runs."""
    if deadline is None:
        return ""
    length = words.span(abs(deadline - now))
    return words("desk.overdue_by" if deadline <= now else "desk.left", span=length)


def end(instant: datetime, words: Words) -> str:
    """When a deadline ends: midnight as 24:00 of the last day on time."""
    local = words.local(instant)
    if local.time() == time():
        return f"{local - timedelta(days=1):%Y-%m-%d} 24:00"
    return words.minute(instant)


def running(one: Deadline, now: datetime, words: Words) -> str:
    """A deadline with its end and what is left of it."""
    name = due(one.key, words)
    if one.due_at is None:
        return f"{name}: {text('handling.due.unknown', words.language, year=one.missing_year)}"
    return words("desk.deadline", what=name, until=end(one.due_at, words), left=left(one.due_at, now, words))


def until(row: Row, urgency: Urgency, now: datetime, words: Words) -> tuple[str, str]:
    """The two lines of a row about its deadline: what is owed by when, and how much time is left."""
    if urgency == "done":
        return words.minute(row.since), ""
    if row.due_at is None:
        return due(row.due, words) or "—", ""
    return f"{due(row.due, words)} {end(row.due_at, words)}", left(row.due_at, now, words)
