"""A published guide 办事指南: the seven disclosures 七公开 about an item."""

from typing import Any

from mingjing.simulate.draft import Draft
from mingjing.simulate.itemplan import limit_words


def published(d: Draft) -> None:
    """The guide as the catalogue has it; or without one of its parts, or with another limit or other papers."""
    item, version = d.item, d.version()
    guide: dict[str, Any] = {
        "content": item.name,
        "procedure": "、".join(item.steps) or "受理、办理、答复",
        "materials": list(item.materials),
        "committed_limit": limit_words(version.committed),
        "fees": "按市收费目录" if item.tariff else "不收费",
        "preferential": "无",
        "supervision": "12345",
    }
    if d.flaw("guide_incomplete", d.rates.guide_incomplete):
        del guide[d.rng.choice(list(guide))]
    elif d.flaw("guide_wrong", d.rates.guide_wrong):
        if d.happens(0.5):
            guide["committed_limit"] = limit_words(version.committed + d.rng.randint(1, 5))
        else:
            guide["materials"].append(d.city.words["materials"]["never"])
    d.note("guide_published", d.approver, **guide)
