"""Accounts 账号: who may sign in, in which role, and what is seen from there."""

from collections.abc import Callable

import streamlit as st

from dashboards import service, who
from dashboards.components.chrome import empty, notice
from dashboards.components.markup import facts, table, tag
from dashboards.signin import forms, here
from dashboards.words import Words
from mingjing.access import ROLES
from mingjing.accounts.account import Account
from mingjing.accounts.office import Office
from mingjing.errors import StoreUnavailable, UsageError
from mingjing.record.recorder import Taken


def main() -> None:
    """The whole page."""
    words = service.words()
    st.html(tag("h1", words("app.accounts"), class_="mj-title"))
    st.html(tag("p", words("accounts.intro"), class_="mj-hint"))
    if here.is_off():
        st.html(notice(words("accounts.off")))
        if here.chosen().desk_dsn is None:
            return
    office = here.office()
    _told(words)
    everyone = office.everyone()
    if not everyone:
        st.html(empty(words("accounts.empty"), words("accounts.empty_hint")))
    else:
        _list(everyone, words)
        _change(office, [one for one in everyone if not one.closed], words)
    _add(office, words)


def _told(words: Words) -> None:
    """What the last click came to: a mistake, or a one-time password, which no second look shows."""
    said = st.session_state.pop("accounts_said", None)
    if said is not None:
        st.html(notice(said))
    once = st.session_state.pop("accounts_once", None)
    if once is not None:
        st.html(tag("p", words("accounts.once", account=once[0]), " ", tag("code", once[1]), class_="mj-notice"))


def _list(everyone: list[Account], words: Words) -> None:
    open_ones = sum(not one.closed for one in everyone)
    st.html(tag("p", words("accounts.count", count=len(everyone), open=open_ones)))
    rows = [
        tag(
            "tr",
            tag("td", one.account),
            tag("td", one.name),
            tag("td", words("signin.comma").join(words(f"role.{role}") for role in one.roles)),
            tag("td", forms.place(one.place, words)),
            tag("td", one.officer or "—"),
            tag("td", words(f"accounts.{'closed' if one.closed else 'waiting' if one.renew else 'open'}")),
            tag("td", one.version),
        )
        for one in everyone
    ]
    heads = ("account", "name", "roles", "place", "officer", "state", "version")
    named = {"account": words("signin.account")}
    st.html(table([named.get(head) or words(f"accounts.{head}") for head in heads], rows, class_="mj-table"))


def _change(office: Office, everyone: list[Account], words: Words) -> None:
    """Other roles, another place, another password, or an end for one of them."""
    by_name = {one.account: one for one in everyone}
    name = st.selectbox(words("accounts.choose"), list(by_name), index=None, key="accounts_name", placeholder="—")
    if name is None:
        return
    one, me = by_name[name], who.person()
    if one.account == me.account:
        st.html(notice(words("accounts.own")))
        return
    st.html(facts([(words("accounts.name"), one.name or "—"), (words("accounts.email"), one.email or "—")]))
    with st.form("accounts_change"):
        roles = _roles(words, list(one.roles), f"roles_{one.account}_{one.version}")
        place = st.text_input(
            words("accounts.place"),
            one.place,
            key=f"place_{one.account}_{one.version}",
            help=words("accounts.place_hint"),
        )
        officer = st.text_input(words("accounts.officer"), one.officer, key=f"officer_{one.account}_{one.version}")
        if st.form_submit_button(words("accounts.save")):
            _do(lambda: office.change(name, me, roles=roles, place=place.strip(), officer=officer.strip()))
            _say(words("accounts.done_saved"))
    with st.container(horizontal=True):
        if one.password and st.button(words("accounts.reset"), key="accounts_reset"):
            _do(lambda: _keep_once(name, office.reset(name, me)))
            st.rerun()
        if st.button(words("accounts.close"), key="accounts_close"):
            _do(lambda: office.close(name, me))
            _say(words("accounts.done_closed"))


def _add(office: Office, words: Words) -> None:
    with st.expander(words("accounts.add")), st.form("accounts_add", clear_on_submit=False):
        account = st.text_input(words("accounts.account"), key="new_account", max_chars=40)
        name = st.text_input(words("accounts.name"), key="new_name", max_chars=80)
        roles = _roles(words, [], "new_roles")
        place = st.text_input(words("accounts.place"), key="new_place", help=words("accounts.place_hint"))
        officer = st.text_input(words("accounts.officer"), key="new_officer")
        email = st.text_input(words("accounts.email"), key="new_email")
        password = st.checkbox(words("accounts.with_password"), value=here.chosen().sign_in != "oidc", key="new_once")
        if not st.form_submit_button(words("accounts.add")):
            return
    made = Account(
        account=account,
        name=name.strip(),
        roles=tuple(role for role in ROLES if role in roles),
        place=place.strip(),
        officer=officer.strip(),
        email=email.strip(),
    )
    _do(lambda: _keep_once(made.account, office.add(made, who.person(), password=password)))
    st.rerun()


def _roles(words: Words, chosen: list[str], key: str) -> list[str]:
    return st.multiselect(
        words("accounts.roles"), list(ROLES), chosen, format_func=lambda role: words(f"role.{role}"), key=key
    )


def _keep_once(account: str, password: str) -> None:
    if password:
        st.session_state["accounts_once"] = (account, password)


def _do(change: Callable[[], object]) -> None:
    """Makes a change; a mistake of whoever wants it is told above the list."""
    try:
        change()
    except (UsageError, Taken, StoreUnavailable) as wrong:
        _say(str(wrong))


def _say(text: str) -> None:
    st.session_state["accounts_said"] = text
    st.rerun()


main()
