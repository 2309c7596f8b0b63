"""效能投诉: what citizens complain of, entered here or come with the cases, with the ratings beside."""

from dashboards import service
from dashboards.components import entryform
from dashboards.lexicon import Lexicon
from dashboards.snapshot import choices


def page() -> None:
    """The form, and the list of the last weeks."""
    _, rules, names = choices()
    entryform.page("complaint", Lexicon(service.words(), rules, names), service.current().severity)


page()
