"""规则库: what each rule says, how often it found something, what became of that, and what another number would do."""

import streamlit as st

from dashboards import service
from dashboards.components import rulecard, trial
from dashboards.components.chrome import empty
from dashboards.components.markup import Html, table, tag
from dashboards.components.saving import offer
from dashboards.exports import rules_csv
from dashboards.lexicon import Lexicon
from dashboards.rulestats import RuleLine, lines, matching, ordered
from dashboards.snapshot import choices
from dashboards.words import number

GROUPS = "TPFKRISBQZMEN"
SORTS = ("id", "open", "total", "withdrawn", "last")


def page() -> None:
    """The rule that the address names, or the list of all."""
    words = service.words()
    _, rules, names = choices()
    lexicon = Lexicon(words, rules, names)
    asked = st.query_params.get("rule", "")
    if asked:
        one(asked, lexicon)
    else:
        listing(lexicon)


def listing(lexicon: Lexicon) -> None:
    """All rules that ever judged, with what became of their findings."""
    words = lexicon.words
    with service.store() as store:
        known = lines(store, lexicon)
    st.html(tag("h1", words("rules.title"), tag("small", words("rules.many", n=len(known))), class_="mj-title"))
    with st.container(key="rule_tools", horizontal=True, vertical_alignment="bottom"):
        sought = st.text_input(words("rules.search"), placeholder=words("rules.search_hint"), key="rule_search")
        groups = [group for group in GROUPS if any(line.group == group for line in known)]
        chosen = st.pills(
            words("rules.group"),
            groups,
            selection_mode="multi",
            key="rule_groups",
            format_func=lambda group: words.name("rulegroup", group),
        )
        sort = st.selectbox(
            words("filter.sort"), SORTS, key="rule_sort", format_func=lambda s: words(f"rules.sort_{s}")
        )
        shown = ordered(matching(known, sought, chosen), sort)
        name = f"mingjing-rules-{words.local(service.now()):%Y%m%d}.csv"
        offer("rules", lambda: shown, lambda rows: rules_csv(rows, words), name)
    if not known:
        st.html(empty(words("rules.none"), words("rules.none_hint")))
    elif not shown:
        st.html(empty(words("rules.none_found"), words("rules.none_found_hint")))
    else:
        st.html(_table(shown, lexicon))


def _table(shown: list[RuleLine], lexicon: Lexicon) -> Html:
    words = lexicon.words
    heads = ("rule", "kind", "graveness", "open", "resolved", "withdrawn", "revoked", "blank", "last")
    rows = [
        tag(
            "tr",
            tag(
                "td",
                tag("a", f"{line.rule} {line.name}", href=_address(line.rule, lexicon), target="_self"),
                tag("span", words("finding.lead"), class_="mj-lead") if line.lead else None,
            ),
            tag("td", words.name("kind", line.kind), class_="nowrap"),
            tag("td", rulecard.graveness(line.severities), class_="nowrap"),
            *(tag("td", number(n) if n else "–", class_="number") for n in (line.open, line.resolved)),
            *(tag("td", number(n) if n else "–", class_="number") for n in (line.withdrawn, line.revoked, line.blank)),
            tag("td", words.minute(line.last), class_="nowrap"),
        )
        for line in shown
    ]
    return tag(
        "section",
        table([words(f"rules.{head}") for head in heads], rows, class_="mj-table mj-rules"),
        tag("p", words("rules.legend"), class_="sub"),
        class_="mj-section",
    )


def _address(rule: str, lexicon: Lexicon) -> str:
    return f"rules?rule={rule}&lang={lexicon.words.language}"


def one(rule: str, lexicon: Lexicon) -> None:
    """One rule: its words and law, what it found, and its numbers on trial."""
    words = lexicon.words
    text = lexicon.rules.get(rule)
    st.page_link(st.session_state["pages"]["rules"], label=words("rules.back"), query_params={"lang": words.language})
    if text is None:
        st.html(empty(words("rules.unknown", rule=rule), words("rules.unknown_hint")))
        return
    with service.store() as store:
        card = rulecard.read(store, text, service.now(), words.timezone)
    st.html(rulecard.head(text, card, lexicon))
    st.html(rulecard.numbers(card, lexicon, service.current().severity))
    st.page_link(
        st.session_state["pages"]["board"],
        label=words("rules.to_board"),
        query_params={"rule": rule, "lang": words.language},
    )
    st.html(rulecard.meaning(text, lexicon))
    trial.panel(text, lexicon, service.current().severity)


page()
