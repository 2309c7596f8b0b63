"""Which case it is and how it stands: the head of every page about one case."""

from collections.abc import Sequence

from dashboards.components.markup import Html, facts, tag
from dashboards.data import CaseHead
from dashboards.lexicon import Lexicon
from dashboards.words import number

FINISHED = ("decided", "closed", "withdrawn", "terminated")


def heading(case_id: str, head: CaseHead, late_sources: Sequence[str], lexicon: Lexicon) -> Html:
    """The case's number, whether it is over, its codes by name; `late_sources`: those of its sources that are late."""
    words = lexicon.words
    finished = head.finished_by in FINISHED
    state = words("case.finished", type=words.name("event", head.finished_by)) if finished else words("case.open")
    pairs = [
        (words("case.item"), lexicon.full("item", head.item)),
        (words("case.department"), lexicon.full("department", head.department)),
        (words("case.window"), lexicon.full("window", head.window)),
        (words("case.officer"), lexicon.full("officer", head.officer)),
        (words("case.region"), lexicon.full("region", head.region)),
        (words("case.channel"), words.name("channel", head.channel)),
        (words("case.source"), head.source),
        (words("case.first"), words.moment(head.first_at)),
        (words("case.last"), words.moment(head.last_at)),
        (words("case.events"), number(head.events)),
    ]
    mark = tag("span", state, class_="done" if finished else "going")
    late = () if finished else late_sources
    told = words("case.late", source="、".join(late), last=words.minute(head.last_at))
    return tag(
        "header",
        tag("h1", case_id, mark, tag("span", words("health.late"), class_="late") if late else None),
        tag("p", told, class_="mj-notice") if late else None,
        facts([(name, value) for name, value in pairs if value], class_="mj-facts"),
        class_="mj-case",
    )
