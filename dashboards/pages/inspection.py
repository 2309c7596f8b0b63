"""明查暗访: what inspections found, with photos, place and time."""

from dashboards import service
from dashboards.components import entryform
from dashboards.lexicon import Lexicon
from dashboards.snapshot import choices


def page() -> None:
    """The form, and the list of the last weeks."""
    _, rules, names = choices()
    entryform.page("inspection", Lexicon(service.words(), rules, names), service.current().severity)


page()
