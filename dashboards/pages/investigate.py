"""调查: where an investigator starts, from a finding, a case, an account, an item, a window or words."""

from collections.abc import Callable, Sequence
from typing import Literal, get_args

import streamlit as st
from msgspec import Struct

from dashboards import service
from dashboards.components.chrome import empty
from dashboards.components.found import case_table, finding_table
from dashboards.components.markup import Html, tag
from dashboards.components.saving import offer
from dashboards.exports import rows_csv
from dashboards.investigation.reading import FoundCase, FoundFinding, search_cases, search_findings
from dashboards.lexicon import Lexicon
from dashboards.snapshot import choices
from dashboards.words import Words, number

By = Literal["any", "finding", "case", "officer", "window", "item"]
WAYS: tuple[By, ...] = get_args(By)
FIELDS = {"officer": "officers", "window": "windows", "item": "items"}
SORTS = ("newest", "oldest", "gravest", "ranked")
SIZE = 50
CODES = 200
EXPORTED = 10_000


def page() -> None:
    """The search line, and what it found: findings and cases, within what the reader may see."""
    words = service.words()
    _, rules, names = choices()
    lexicon = Lexicon(words, rules, names)
    st.html(tag("h1", words("investigate.title"), tag("small", words("investigate.hint")), class_="mj-title"))
    by, text, sort = asked(words)
    if not text:
        st.html(empty(words("investigate.none_asked"), words("investigate.none_asked_hint")))
        return
    given = parameters(by, text, lexicon) | {"sort": sort}
    wanted = given if by != "case" else {"search": text, "sort": sort}
    with service.store() as store:
        findings = search_findings(store, given, _part("findings"), SIZE)
        cases = search_cases(store, wanted, _part("cases"), SIZE) if by != "finding" else []
    if not findings and not cases:
        st.html(empty(words("investigate.nothing", text=text), words("investigate.nothing_hint")))
        return
    if cases:
        _listed("cases", cases[0].total, case_table(cases, lexicon), words)

        def all_cases() -> list[FoundCase]:
            with service.store() as store:
                return search_cases(store, wanted, 1, EXPORTED)

        _export("cases", FoundCase, all_cases, words)
    if findings:
        _listed("findings", findings[0].total, finding_table(findings, lexicon), words)

        def all_findings() -> list[FoundFinding]:
            with service.store() as store:
                return search_findings(store, given, 1, EXPORTED)

        _export("findings", FoundFinding, all_findings, words)


def asked(words: Words) -> tuple[By, str, str]:
    """By what, for what, in which order. Codes go into the address; free words do not, they may hold a name."""
    query, state = st.query_params, st.session_state
    told = (query.get("by", ""), query.get("q", ""))
    if state.get("look_told") != told and (any(told) or "look_by" not in state):
        state["look_by"] = next((way for way in WAYS if way == told[0]), "any")
        state["look_text"] = told[1]
    with st.container(key="look", horizontal=True, vertical_alignment="bottom"):
        by: By = st.selectbox(
            words("investigate.by"),
            WAYS,
            key="look_by",
            format_func=lambda one: words(f"investigate.by_{one}"),
            width=190,
        )
        hint = words(f"investigate.hint_{by}")
        text = st.text_input(words("investigate.text"), key="look_text", placeholder=hint, max_chars=200, width=460)
        sort = st.selectbox(
            words("filter.sort"),
            SORTS,
            key="look_sort",
            format_func=lambda one: words(f"investigate.sort_{one}"),
            width=180,
        )
    text = text.strip()
    shown = {"lang": words.language} | ({"by": by, "q": text} if text and by != "any" else {})
    state["look_told"] = (shown.get("by", ""), shown.get("q", ""))
    if (by, text, sort) == state.get("looked"):
        shown |= {name: query[name] for name in ("findings", "cases") if name in query}
    state["looked"] = (by, text, sort)
    if shown != query.to_dict():
        query.from_dict(shown)
    return by, text, sort


def parameters(by: By, text: str, lexicon: Lexicon) -> dict[str, object]:
    """What the search of findings is asked for; names are turned into the codes that they belong to."""
    match by:
        case "finding":
            return {"ids": [text]}
        case "case":
            return {"cases": [text]}
        case "any":
            return {"search": text, "codes": codes(text, lexicon)}
        case field:
            return {FIELDS[field]: codes(text, lexicon, field) or [text]}


def codes(text: str, lexicon: Lexicon, field: str = "") -> list[str]:
    """The codes of a field, or of any, that this text is or is a part of, by themselves or by name."""
    wanted = text.casefold()
    fields = [field] if field else [*FIELDS, "department"]
    known = [(code, name) for (kind, code), name in lexicon.names.items() if kind in fields]
    if any(code == text for code, _ in known):
        return [text]
    return sorted({code for code, name in known if wanted in f"{code}\n{name.zh}\n{name.en}".casefold()})[:CODES]


def _listed(name: str, total: int, drawn: Html, words: Words) -> None:
    """A list with its number and, where it has more than one part, what turns to the others."""
    st.html(tag("section", tag("h2", words(f"investigate.{name}", n=number(total))), drawn, class_="mj-section"))
    pages = -(-total // SIZE)
    if pages > 1:
        turned = st.pagination(pages, default=min(_part(name), pages), key=f"look_{name}")
        if turned != _part(name):
            st.query_params[name] = str(turned)
            st.rerun()


def _export(name: str, kind: type[Struct], rows: Callable[[], Sequence[Struct]], words: Words) -> None:
    """All that was found as a file, at most EXPORTED lines."""
    file, tip = (
        f"mingjing-{name}-{words.local(service.now()):%Y%m%d-%H%M}.csv",
        words("board.export_limit", n=number(EXPORTED)),
    )
    offer(f"investigate:{name}", rows, lambda lines: rows_csv(kind, lines, words), file, key=f"export_{name}", tip=tip)


def _part(name: str) -> int:
    text = st.query_params.get(name, "1")
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 6 else 1


page()
