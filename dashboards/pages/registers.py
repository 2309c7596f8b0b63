"""名册: what every register holds and held, which rules rest on it, and handing in another one."""

from datetime import date

import streamlit as st

from dashboards import registry, service, who
from dashboards.components import registerdesk
from dashboards.components.chrome import empty
from dashboards.components.markup import Html, facts, join, table, tag
from dashboards.components.saving import offer
from dashboards.components.standing import address
from dashboards.lexicon import Lexicon
from dashboards.registry import Line, Row, Version, View
from dashboards.snapshot import choices
from dashboards.words import Words, number
from mingjing.access.permissions import reads
from mingjing.registers import Form, forms

SHOWN = 100
EVER = date(2299, 1, 1)  # a last day from here on means that none was set


def page() -> None:
    """The register that the address names, or the list of all."""
    words = service.words()
    _, rules, names = choices()
    lexicon = Lexicon(words, rules, names)
    today = words.local(service.now()).date()
    form = forms().get(st.query_params.get("register", ""))
    with service.store() as store:
        known = [line for line in registry.lines(store, rules, today) if reads(who.person(), line.form.register)]
    asked = next((line for line in known if line.form == form), None)
    if asked is None:
        listing(known, lexicon)
    else:
        one(asked, today, lexicon)
    if who.may("propose_change"):
        registerdesk.panel(form, words)


def listing(known: list[Line], lexicon: Lexicon) -> None:
    """All registers and logs, with what they hold and who rests on them."""
    words = lexicon.words
    loaded = sum(line.rows is not None for line in known)
    told = words("registers.many", n=loaded, all=sum(not line.form.log for line in known))
    st.html(tag("h1", words("registers.title"), tag("small", told), class_="mj-title"))
    sought = st.text_input(words("registers.find"), placeholder=words("registers.find_hint"), key="register_find")
    shown = [line for line in known if _matches(line, sought)]
    if not shown:
        st.html(empty(words("registers.none_found"), words("registers.none_found_hint")))
        return
    if not loaded:
        st.html(empty(words("registers.none"), words("registers.none_hint")))
    for log in (False, True):
        rows = [_line(line, lexicon) for line in shown if line.form.log is log]
        if rows:
            heads = [words(f"registers.head_{head}") for head in ("register", "rows", "version", "rules")]
            kind = "logs" if log else "registers"
            said = (tag("h2", words(f"registers.{kind}")), tag("p", words(f"registers.{kind}_told"), class_="sub"))
            st.html(tag("section", *said, table(heads, rows, class_="mj-table"), class_="mj-section"))


def _matches(line: Line, sought: str) -> bool:
    form = line.form
    told = (form.register, form.name.zh, form.name.en, form.about.zh, form.about.en, *form.functions, *line.rules)
    return sought.strip().casefold() in "\n".join(told).casefold()


def _line(line: Line, lexicon: Lexicon) -> Html:
    words, form = lexicon.words, line.form
    if form.log:
        counted: Html | str = words("registers.as_events")
    elif line.rows is None:
        counted = words("registers.not_loaded")
    else:
        told = words("registers.in_force_n", n=number(line.in_force))
        counted = join(number(line.rows), tag("div", told, class_="sub"))
    return tag(
        "tr",
        tag(
            "td",
            tag("a", tag("b", _named(form, words)), href=_address(form, words), target="_self"),
            tag("div", form.about.zh if words.language == "zh" else form.about.en, class_="sub"),
        ),
        tag("td", counted, class_="nowrap"),
        tag("td", _version(line.version, words), class_="nowrap"),
        tag("td", _rules(line, lexicon)),
    )


def _version(version: Version | None, words: Words) -> Html | str:
    if version is None:
        return "—"
    return join(tag("code", version.version), tag("div", words.minute(version.stored_at), class_="sub"))


def _rules(line: Line, lexicon: Lexicon) -> Html | str:
    """Links to the rules that rest on a register."""
    links = [
        tag("a", rule, href=address("rules", lexicon.words, rule=rule), target="_self", title=lexicon.rule(rule))
        for rule in line.rules
    ]
    return join(*(part for link in links for part in (link, " "))) if links else "—"


def one(line: Line, today: date, lexicon: Lexicon) -> None:
    """One register: what it is, its rows, its versions, its columns."""
    words, form = lexicon.words, line.form
    st.page_link(
        st.session_state["pages"]["registers"], label=words("registers.back"), query_params={"lang": words.language}
    )
    st.html(tag("h1", _named(form, words), tag("small", form.register), class_="mj-title"))
    pairs = [
        (words("registers.serves"), "、".join(form.functions) or "—"),
        (words("registers.head_version"), tag("code", line.version.version) if line.version else "—"),
        (words("registers.head_rules"), _rules(line, lexicon)),
    ]
    about = form.about.zh if words.language == "zh" else form.about.en
    st.html(tag("section", tag("p", about), facts(pairs, class_="mj-facts"), class_="mj-section"))
    if form.log:
        st.html(empty(words("registers.log"), words("registers.log_hint")))
    elif line.rows is None:
        st.html(empty(words("registers.not_loaded"), words("registers.not_loaded_hint", register=form.register)))
    else:
        browse(form, today, words)
        _history(form, words)
    st.html(columns(form, words))


def browse(form: Form, today: date, words: Words) -> None:
    """The rows: of a day or of all time, those with a text, in an order, page by page, and as a file."""
    with st.container(key="register_tools", horizontal=True, vertical_alignment="bottom"):
        search = st.text_input(words("registers.search"), key="rg_search", max_chars=100).strip()
        every = st.checkbox(words("registers.every_day"), key="rg_every")
        day = st.date_input(words("registers.on"), today, key="rg_day", width=150, disabled=every)
        sort = st.selectbox(
            words("filter.sort"), ["", *form.titles], key="rg_sort", width=180,
            format_func=lambda name: registry.title(form, name, words) if name else words("registers.by_key"),
        )  # fmt: skip
        down = st.checkbox(words("registers.down"), key="rg_down")
        view = View(register=form.register, day=None if every else day, search=search, sort=sort, down=down)
        with service.store() as store:
            n = next((row.n for row in registry.rows(store, view, 1)), 0)
        pages = max(1, -(-n // SHOWN))
        at = int(st.number_input(words("registers.page", n=pages), 1, pages, 1, key="rg_page", width=130))
        name = f"{form.register}-{today if view.day is None else view.day:%Y%m%d}.csv"
        offer(f"registers:{form.register}", lambda: _every(view), lambda rows: registry.rows_csv(form, rows), name)
    if not n:
        st.html(empty(words("registers.no_rows"), words("registers.no_rows_hint")))
        return
    with service.store() as store:
        found = registry.rows(store, view, SHOWN, (at - 1) * SHOWN)
    st.html(tag("p", words("registers.rows_shown", n=number(n), shown=number(len(found))), class_="sub"))
    st.html(tag("section", _table(form, found, words), class_="mj-section"))


def _every(view: View) -> list[Row]:
    with service.store() as store:
        return registry.rows(store, view, registry.EXPORT_LIMIT)


def _table(form: Form, found: list[Row], words: Words) -> Html:
    filled = [name for name in form.columns if any(row.fields.get(name) for row in found)]
    rows = [
        tag(
            "tr",
            *(tag("td", registry.shown(form, name, row.fields.get(name, ""), words)) for name in filled),
            tag("td", row.fields.get("valid_from", "—") or "—", class_="nowrap"),
            tag("td", words("registers.open_end") if row.valid_to >= EVER else f"{row.valid_to}", class_="nowrap"),
            tag("td", tag("code", row.version), class_="nowrap"),
        )
        for row in found
    ]
    heads = [registry.title(form, name, words) for name in filled]
    heads += [words(f"registers.head_{name}") for name in ("valid_from", "valid_to", "version")]
    return table(heads, rows, class_="mj-table")


def _history(form: Form, words: Words) -> None:
    with service.store() as store:
        found = registry.versions(store, form.register)
    rows = [
        tag(
            "tr",
            tag("td", words.moment(version.stored_at), class_="nowrap"),
            tag("td", tag("code", version.version) if version.version else words("registers.not_loaded")),
            tag("td", number(version.rows), class_="number"),
        )
        for version in found
    ]
    heads = [words(f"registers.head_{name}") for name in ("since", "version", "rows")]
    st.html(
        tag(
            "details",
            tag("summary", words("registers.versions", n=len(found))),
            table(heads, rows, class_="mj-table"),
        )
    )


def columns(form: Form, words: Words) -> Html:
    """What the columns of a file are called and hold."""
    rows = [
        tag(
            "tr",
            tag("td", tag("code", name)),
            tag("td", registry.title(form, name, words)),
            tag("td", words("registers.required") if column.required else ""),
            tag(
                "td", registry.shown(form, name, "|".join(column.values), words) if column.values else "", column.refers
            ),
        )
        for name, column in form.columns.items()
    ]
    heads = [words(f"registers.column_{name}") for name in ("code", "name", "required", "values")]
    told = words("registers.columns", n=len(rows))
    return tag("details", tag("summary", told), table(heads, rows, class_="mj-table"))


def _named(form: Form, words: Words) -> str:
    return form.name.zh if words.language == "zh" else form.name.en


def _address(form: Form, words: Words) -> str:
    return address("registers", words, register=form.register)


page()
