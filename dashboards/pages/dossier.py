"""封存卷: an investigator's sealed files; each opens with a reason, which is recorded, and for its readers only."""

from urllib.parse import urlencode

import streamlit as st
from msgspec.structs import replace

from dashboards import service, who
from dashboards.components.chrome import empty
from dashboards.components.found import workspace
from dashboards.components.markup import Html, table, tag
from dashboards.investigation import acting
from dashboards.investigation.panels import said
from dashboards.words import Words, number
from mingjing.investigation import files
from mingjing.investigation.files import MEMBERS, NOTE, REASON, TITLE, Content, SealedFile


def page() -> None:
    """The reader's files; the one that was opened in this session, with what is in it."""
    words = service.words()
    st.html(tag("h1", words("dossier.title"), tag("small", words("dossier.hint")), class_="mj-title"))
    if not (who.may("note") and acting.can_record()):
        st.html(empty(words("dossier.cannot"), words("dossier.cannot_hint")))
        return
    own = {one.file_id: one for one in files.listed(acting.record(), who.person())}
    if not own:
        st.html(empty(words("dossier.none"), words("dossier.none_hint")))
    else:
        st.html(_list(list(own.values()), words))
        _open(own, words)
    open_id = st.session_state.get("opened_file", "")
    if open_id in own:
        _content(own[open_id], words)
    _new(words)


def _list(own: list[SealedFile], words: Words) -> Html:
    rows = [
        tag(
            "tr",
            tag("td", tag("b", one.content.title), " ", words("dossier.closed") if one.content.closed else None),
            tag("td", number(len(one.content.cases)), class_="number"),
            tag("td", number(len(one.content.findings)), class_="number"),
            tag("td", "、".join(one.content.readers)),
            tag("td", words.minute(one.last.at), class_="nowrap"),
        )
        for one in own
    ]
    heads = [words(f"dossier.head_{name}") for name in ("title", "cases", "findings", "readers", "changed")]
    return tag("section", table(heads, rows, class_="mj-table"), class_="mj-section")


def _open(own: dict[str, SealedFile], words: Words) -> None:
    with st.form("open_file", clear_on_submit=True), st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            words("dossier.which"),
            list(own),
            format_func=lambda one: own[one].content.title,
            key="which_file",
            width=320,
        )
        reason = st.text_input(words("dossier.reason"), max_chars=REASON, width=420, key="why_file")
        if st.form_submit_button(words("dossier.open")):

            def opened() -> None:
                files.opened(acting.record(), who.person(), service.now(), chosen, reason)
                st.session_state["opened_file"] = chosen

            said(opened, words)


def _content(one: SealedFile, words: Words) -> None:
    content = one.content
    cases = [tag("li", tag("a", case, href=workspace(case, words), target="_self")) for case in content.cases]
    findings = [tag("li", tag("a", found, href=_finding(found, words), target="_self")) for found in content.findings]
    versions = [
        tag("li", words("notes.version", n=version.number), " · ", version.by, " · ", words.moment(version.at))
        for version in reversed(one.versions)
    ]
    st.html(
        tag(
            "section",
            tag("h2", content.title),
            tag("p", content.remark, class_="mj-note-old") if content.remark else None,
            tag("h3", words("dossier.head_cases")),
            tag("ul", *cases) if cases else tag("p", words("dossier.no_cases"), class_="sub"),
            tag("h3", words("dossier.head_findings")),
            tag("ul", *findings) if findings else tag("p", words("dossier.no_findings"), class_="sub"),
            tag("h3", words("dossier.versions")),
            tag("ul", *versions),
            class_="mj-section mj-file",
        )
    )
    if content.closed:
        return
    with st.expander(words("dossier.change")), st.form(f"change_{one.file_id}_{one.last.number}"):
        changed = _fields(content, words)
        closed = st.checkbox(words("dossier.close"), help=words("dossier.close_help"))
        if st.form_submit_button(words("notes.keep")):
            said(
                lambda: files.change(
                    acting.record(), who.person(), service.now(), one, replace(changed, closed=closed)
                ),
                words,
            )


def _new(words: Words) -> None:
    added = st.query_params.get("add", "")
    with st.expander(words("dossier.new"), expanded=bool(added)), st.form("new_file", clear_on_submit=True):
        content = _fields(Content(title="", readers=(), cases=(added,) if added else ()), words)
        if st.form_submit_button(words("dossier.make")):
            said(lambda: files.make(acting.record(), who.person(), service.now(), content), words)


def _fields(content: Content, words: Words) -> Content:
    title = st.text_input(words("dossier.head_title"), content.title, max_chars=TITLE)
    most = words("dossier.one_each", n=MEMBERS)

    def several(name: str, before: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(st.text_area(words(f"dossier.head_{name}"), "\n".join(before), help=most, height=90).splitlines())

    cases = several("cases", content.cases)
    findings = several("findings", content.findings)
    readers = several("readers", content.readers)
    remark = st.text_area(words("dossier.remark"), content.remark, max_chars=NOTE, height=90)
    return Content(title=title, readers=readers, cases=cases, findings=findings, remark=remark)


def _finding(finding_id: str, words: Words) -> str:
    return "finding?" + urlencode({"id": finding_id, "lang": words.language})


page()
