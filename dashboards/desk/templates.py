"""Reply templates 回复模板 that come with the catalogues, by step. Pure."""

from dashboards.words import Words, catalogue
from mingjing.handling.machine import Step


def shipped(step: Step, words: Words) -> list[str]:
    """The templates of a step in the reader's language, in the catalogue's order: `templates.STEP_1`, `STEP_2` …"""
    head = f"templates.{step}_"
    return [text for key, text in catalogue(words.language).items() if key.startswith(head)]
