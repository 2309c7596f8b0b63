"""Coverage as HTML: the tree of units, what no data come from, the three rates, the table of functions."""

from collections.abc import Sequence

from dashboards.components.markup import Html, facts, join, table, tag
from dashboards.components.standing import address
from dashboards.lexicon import Lexicon
from dashboards.words import Words, number
from mingjing.access.permissions import PAGES, opens
from mingjing.access.person import Person
from mingjing.coverage import Function, registers_of
from mingjing.insight.coverage import Gap, Node, Rates, Share
from mingjing.registers import forms

PUBLIC = "public"


def summary(nodes: Sequence[Node], late: int, sources: int, words: Words) -> Html:
    """How much of everything data come from."""
    tops = [node for node in nodes if node.depth == 0]
    pairs: list[tuple[str, Html | str]] = [
        (words(f"coverage.{name}"), _share(sum((getattr(node, name) for node in tops), Share())))
        for name in ("leaves", "items", "steps", "windows")
    ]
    told = words("coverage.sources_value", n=number(sources - late), all=number(sources)) if sources else "—"
    pairs.append((words("coverage.sources"), tag("a", told, href=address("health", words), target="_self")))
    return tag("section", facts(pairs, class_="mj-facts"), class_="mj-section")


def _share(share: Share) -> Html:
    if not share.of:
        return tag("span", "—", class_="sub")
    whole = tag("span", f"{number(share.there)} / {number(share.of)}", class_="" if share.gap else "good")
    return join(whole, " ", tag("small", f"{share.there / share.of:.0%}", class_="sub"))


def tree(nodes: Sequence[Node], lexicon: Lexicon) -> Html:
    """Units under one another, each with all that lies below it."""
    words = lexicon.words
    heads = ("unit", "level", "cases", "latest", "leaves", "items", "steps", "windows")
    rows = [_unit(node, lexicon) for node in nodes]
    return table([words(f"coverage.{head}") for head in heads], rows, class_="mj-table mj-coverage")


def _unit(node: Node, lexicon: Lexicon) -> Html:
    words, unit = lexicon.words, node.unit
    name = _called(lexicon, "department", unit.code, unit.name)
    silent = tag("span", words("coverage.silent"), class_="bad") if node.silent else None
    to = address("board", words, department=unit.code, status="open")
    shares = (node.leaves, node.items, node.steps, node.windows)
    return tag(
        "tr",
        tag("td", tag("a", name, href=to, target="_self"), " ", tag("small", unit.code, class_="sub"), " ", silent,
            style=f"padding-left:{0.5 + 1.4 * node.depth:.1f}rem"),
        tag("td", words.name("unit_level", unit.level), class_="nowrap"),
        tag("td", number(node.cases or node.handed), class_="number"),
        tag("td", words.moment(node.latest) if node.latest else "—", class_="nowrap"),
        *(tag("td", _share(share), class_="nowrap") for share in shares),
        data_unit=unit.code,
    )  # fmt: skip


def gaps(missing: Sequence[Gap], shown: int, lexicon: Lexicon) -> Html:
    """What no data come from, with the findings about it."""
    words = lexicon.words
    if not missing:
        return tag("p", words("coverage.gaps_none"), class_="good")
    rows = [
        tag(
            "tr",
            tag("td", words(f"coverage.kind_{one.kind}"), class_="nowrap"),
            tag("td", _named(one, lexicon)),
            tag("td", lexicon.name("department", one.department)),
            tag("td", tag("a", lexicon.rule(one.rule), target="_self",
                          href=address("board", words, rule=one.rule, q=one.code, status="open"))),
        )
        for one in missing[:shown]
    ]  # fmt: skip
    heads = [words(f"coverage.{head}") for head in ("kind", "what", "department", "rule")]
    more = tag("p", words("coverage.more", n=number(len(missing) - shown)), class_="sub")
    return join(table(heads, rows, class_="mj-table"), more if len(missing) > shown else None)


def _named(one: Gap, lexicon: Lexicon) -> Html:
    fields = {"unit": "department", "item": "item", "step": "item", "window": "window"}
    name = _called(lexicon, fields[one.kind], one.code, one.name)
    step = join(tag("b", one.step), " · ") if one.step else None
    return join(step, name, " ", tag("small", one.code, class_="sub") if name != one.code else None)


def _called(lexicon: Lexicon, field: str, code: str, registered: str) -> str:
    """The name in the reader's language where there is one, else the registers'."""
    name = lexicon.name(field, code)
    return registered or name if name == code else name


def rates(several: Sequence[tuple[Rates, str]], lexicon: Lexicon) -> Html:
    """Three rates a department, by its name, with how many items they are of."""
    words = lexicon.words
    rows = [
        tag(
            "tr",
            tag("td", name, " ", tag("small", one.department, class_="sub")),
            tag("td", number(one.resident.of), class_="number"),
            tag("td", number(one.excepted), class_="number"),
            *(tag("td", _bar(share), class_="nowrap") for share in (one.resident, one.authorised, one.connected)),
            tag("td", tag("span", number(one.unheard), class_="bad" if one.unheard else ""), class_="number"),
        )
        for one, name in several
    ]
    heads = ("department", "due", "excepted", "resident", "authorised", "connected", "unheard")
    return table([words(f"coverage.{head}") for head in heads], rows, class_="mj-table")


def _bar(share: Share) -> Html:
    rate = share.rate
    if rate is None:
        return tag("span", "—", class_="sub")
    meter = tag("meter", min=0, max=share.of, value=share.there, style="width:6rem")
    return join(meter, f" {rate:.1%} ", tag("small", f"{number(share.there)} / {number(share.of)}", class_="sub"))


def functions(shown: Sequence[Function], me: Person, lexicon: Lexicon) -> Html:
    """Every function with its rules, registers, pages and how many tests show it; links where this person may go."""
    words = lexicon.words
    zh = words.language == "zh"
    known = {name: form.name.zh if zh else form.name.en for name, form in forms().items()}
    rows = [
        tag(
            "tr",
            tag("td", tag("b", one.code), class_="nowrap"),
            tag("td", tag("b", one.name.zh if zh else one.name.en),
                tag("div", one.shows.zh if zh else one.shows.en, class_="sub"),
                tag("div", words("coverage.short", what=one.short.zh if zh else one.short.en), class_="bad")
                if one.short else None),
            tag("td", _rules(one, lexicon)),
            tag("td", _listed([tag("a", known[name], href=address("registers", words, register=name), target="_self")
                               if opens(me, "registers") else known[name] for name in registers_of(one.code)])),
            tag("td", _pages(one, me, words)),
            tag("td", number(len(one.tests)), title="\n".join(one.tests), class_="number"),
            id=one.code,
        )
        for one in shown
    ]  # fmt: skip
    heads = [words(f"coverage.{head}") for head in ("code", "function", "rules", "registers", "pages", "tests")]
    return table(heads, rows, class_="mj-table mj-functions")


def _rules(one: Function, lexicon: Lexicon) -> Html:
    words = lexicon.words
    if one.without_rule is not None:
        return tag("span", one.without_rule.zh if words.language == "zh" else one.without_rule.en, class_="sub")
    return _listed([
        tag("a", rule, href=address("rules", words, rule=rule), target="_self", title=lexicon.rule(rule))
        for rule in one.rules
    ])  # fmt: skip


def _pages(one: Function, me: Person, words: Words) -> Html:
    if one.without_page is not None:
        return tag("span", one.without_page.zh if words.language == "zh" else one.without_page.en, class_="sub")
    return _listed([
        tag("a", words(f"app.{page}"), href=address(page, words), target="_self") if page in PAGES and opens(me, page)
        else words("coverage.public") if page == PUBLIC else words(f"app.{page}")
        for page in one.pages
    ])  # fmt: skip


def _listed(several: Sequence[Html | str]) -> Html:
    return join(*(join(", " if place else None, one) for place, one in enumerate(several)))
