"""Signing in, sessions and accounts, over a real store, with what an attacker would try."""

from collections.abc import Callable
from unittest.mock import Mock

import msgspec
import pytest

from mingjing.access import WHOLE, Role
from mingjing.accounts import attempts
from mingjing.accounts.account import Account
from mingjing.accounts.office import Claims, Office, Opened, Refused
from mingjing.accounts.passwords import Passwords, WeakPassword
from mingjing.errors import UsageError
from mingjing.record.recorder import Taken
from mingjing.store import Store
from mingjing.store.accounts import account, sessions
from mingjing.store.record import entries
from mingjing.store.score_work import Belonging, keep_belongings
from tests.mingjing.accounts.conftest import Watch

OWN = "Blue-horse-77"


def made(office: Office, name: str = "zhao", *roles: Role, place: str = "*", officer: str = "") -> str:
    return office.add(Account(account=name, roles=roles or ("supervisor",), place=place, officer=officer), "cli:root")


def inside(office: Office, name: str = "zhao") -> Opened:
    """Signed in, with the first password changed."""
    once = made(office, name)
    return office.change_password(office.sign_in(name, once).token, once, OWN)


def test_the_first_password_must_be_changed_and_opens_nothing_else(office: Office) -> None:
    once = made(office)
    first = office.sign_in(" ZHAO", once)
    standing = office.standing(first.token)
    assert first.renew
    assert standing is not None
    assert standing.renew
    second = office.change_password(first.token, once, OWN)
    assert office.standing(first.token) is None
    standing = office.standing(second.token)
    assert standing is not None
    assert not standing.renew
    assert standing.person.scope == WHOLE
    assert standing.person.roles == {"supervisor"}
    with pytest.raises(Refused):
        office.sign_in("zhao", once)


def test_a_weak_password_is_not_taken(office: Office) -> None:
    once = made(office)
    first = office.sign_in("zhao", once)
    for new, reason in (
        ("short1", "short"),
        ("x" * 300, "short"),
        ("zhao-zhao-12", "name"),
        ("aaaaaaaaaaaa", "plain"),
        ("Password12345", "known"),
        ("", "short"),
        (once, "same"),
    ):
        with pytest.raises(WeakPassword) as weak:
            office.change_password(first.token, once, new)
        assert weak.value.reason == reason


def test_an_unknown_account_is_answered_like_a_wrong_password(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same error, and a hash reckoned both times, so that neither words nor time tell who has an account."""
    made(office)
    checked = Mock(wraps=office._passwords._hasher)
    monkeypatch.setattr(office._passwords, "_hasher", checked)
    told = []
    for name in ("zhao", "nobody-has-this"):
        with pytest.raises(Refused) as refused:
            office.sign_in(name, "wrong", address="10.0.0.1")
        told.append((str(refused.value), refused.value.wait))
    assert told[0] == told[1]
    assert checked.verify.call_count == 2


def test_guessing_from_one_address_holds_off_that_address_alone(office: Office) -> None:
    once = made(office)
    for _ in range(attempts.LIMITS["here"]):
        with pytest.raises(Refused):
            office.sign_in("zhao", "wrong", address="10.0.0.1")
    with pytest.raises(Refused) as refused:
        office.sign_in("zhao", once, address="10.0.0.1")
    assert 0 < refused.value.wait <= attempts.LONGEST
    assert office.sign_in("zhao", once, address="10.0.0.2").token


def test_guessing_from_everywhere_never_holds_off_a_known_browser(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(attempts.LIMITS, "account", 4)
    device = inside(office).device
    for number in range(attempts.LIMITS["account"]):
        with pytest.raises(Refused):
            office.sign_in("zhao", "wrong", address=f"10.0.1.{number}")
    with pytest.raises(Refused) as refused:
        office.sign_in("zhao", OWN, address="10.0.2.1")
    assert refused.value.wait > 0
    assert office.sign_in("zhao", OWN, address="10.0.2.1", device=device).token
    with pytest.raises(Refused):
        office.sign_in("zhao", OWN, address="10.0.2.1", device=device[:-1] + "x")


def test_a_session_ends_by_time_by_signing_out_and_with_its_account(office: Office, watch: Watch) -> None:
    first = inside(office)
    second = office.sign_in("zhao", OWN)
    office.sign_out(first.token)
    assert office.standing(first.token) is None
    assert office.standing(second.token) is not None
    watch.hours_later(10.01)
    assert office.standing(second.token) is None
    third = office.sign_in("zhao", OWN)
    office.close("zhao", "cli:root")
    assert office.standing(third.token) is None
    with pytest.raises(Refused):
        office.sign_in("zhao", OWN)


def test_what_ends_in_one_process_ends_in_another(
    opened: Callable[[], Office], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mingjing.accounts.office.BELIEVED_S", 0.0)
    pages, line = opened(), opened()
    first = inside(pages)
    assert line.standing(first.token) is not None
    once = line.reset("zhao", "cli:root")
    assert pages.standing(first.token) is None
    assert pages.sign_in("zhao", once).renew
    line.change("zhao", "cli:root", roles=["leader"])
    standing = pages.standing(pages.sign_in("zhao", once).token)
    assert standing is not None
    assert standing.person.roles == {"leader"}


def test_a_token_of_another_making_opens_nothing(office: Office, store: Store) -> None:
    """Neither a guessed one, nor the digest that the store keeps."""
    first = inside(office)
    kept = sessions(store, account="zhao")[-1].token
    assert first.token not in kept
    for token in ("", "x" * 43, kept, first.token + "a"):
        assert office.standing(token) is None


def test_neither_passwords_nor_tokens_nor_typed_names_are_recorded(office: Office, store: Store) -> None:
    once = made(office)
    first = office.sign_in("zhao", once)
    second = office.change_password(first.token, once, OWN)
    with pytest.raises(Refused):
        office.sign_in("my-password-in-the-wrong-field", "wrong")
    office.sign_out(second.token)
    told = entries(store, kinds=["sign_in", "account"])
    kinds = [(one.kind, one.subject, msgspec.json.decode(one.body)["what"]) for one in told]
    assert sorted(kinds) == [
        ("account", "zhao", "added"),
        ("account", "zhao", "password"),
        ("sign_in", "", "refused"),
        ("sign_in", "zhao", "in"),
        ("sign_in", "zhao", "in"),
        ("sign_in", "zhao", "out"),
    ]
    written = "".join(map(repr, told))
    kept = account(store, "zhao")
    assert kept is not None
    assert kept.password.startswith("$argon2id$")
    for secret in (once, OWN, first.token, second.token, "my-password-in-the-wrong-field", kept.password):
        assert secret not in written


def test_of_two_who_change_an_account_the_second_is_told(opened: Callable[[], Office], store: Store) -> None:
    one, other = opened(), opened()
    made(one)
    before = account(store, "zhao")
    assert before is not None
    one.change("zhao", "admin", place="department:SWJ")
    with pytest.raises(Taken):
        other._keep(before, before.next(place="*"), "other", "changed")
    after = account(store, "zhao")
    assert after is not None
    assert (after.place, after.version) == ("department:SWJ", 2)


def test_a_change_whose_writer_died_after_recording_it_does_not_stop_the_next(office: Office, store: Store) -> None:
    made(office)
    before = account(store, "zhao")
    assert before is not None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("mingjing.accounts.office.write_account", Mock(side_effect=KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            office.change("zhao", "admin", roles=["leader"])
    assert office.change("zhao", "other", place="region:1").version == 3


def test_accounts_that_cannot_be_are_refused(office: Office) -> None:
    for wanted, why in (
        (Account(account="zhao", roles=("supervisor", "officer"), place="*", officer="O1"), "officer and supervisor"),
        (Account(account="zhao", roles=("officer",)), "needs the code"),
        (Account(account="zhao", roles=("lead",), place="region:1"), "window:CODE"),
        (Account(account="zhao", roles=("leader",)), "needs a place"),
        (Account(account="zhao", roles=("leader",), place="county 1"), "is no place"),
        (Account(account="zhao", roles=()), "needs a role"),
        (Account(account="z/../o", roles=("leader",), place="*"), "cannot be an account's name"),
        (Account(account="zhao", roles=("leader",), place="*", name="\x1b[2J"), "printable"),
        (Account(account="zhao", roles=("officer",), officer="O1\tO2"), "an officer's code has"),
        (Account(account="zhao", roles=("leader",), place="*", email="a" * 255), "an e-mail has"),
    ):
        with pytest.raises(UsageError, match=why):
            office.add(wanted, "cli:root")
    made(office)
    with pytest.raises(UsageError, match="already"):
        made(office)


def test_a_place_that_the_organisation_does_not_have_is_refused(office: Office, store: Store) -> None:
    keep_belongings(store, [Belonging(field="department", code="SWJ", parent="519900")], [])
    with pytest.raises(UsageError, match="no department 'SWX'; it has SWJ"):
        made(office, "qian", "department", place="department:SWX")
    made(office, "qian", "department", place="department:SWJ")


def test_a_provider_lets_in_by_subject_or_by_an_email_that_it_has_verified_once(office: Office, store: Store) -> None:
    wanted = Account(account="sun", roles=("leader",), place="*", email="sun@mingjing.example")
    assert office.add(wanted, "cli:root", password=False) == ""
    his = Claims(issuer="https://mingjing.example/id", subject="1", email="SUN@mingjing.example", verified=True)
    for claims in (
        msgspec.structs.replace(his, verified=False),
        msgspec.structs.replace(his, email="other@mingjing.example"),
    ):
        with pytest.raises(Refused):
            office.sign_in_as(claims)
    assert office.sign_in_as(his).account == "sun"
    kept = account(store, "sun")
    assert kept is not None
    assert kept.subject == "https://mingjing.example/id 1"
    with pytest.raises(Refused):  # somebody else at the provider got the address later
        office.sign_in_as(msgspec.structs.replace(his, subject="2"))
    assert office.sign_in_as(msgspec.structs.replace(his, email="")).account == "sun"
    with pytest.raises(Refused):  # no password is no empty password
        office.sign_in("sun", "")
    office.close("sun", "cli:root")
    with pytest.raises(Refused):
        office.sign_in_as(his)


def test_passwords_are_kept_with_argon2id_at_the_strength_of_rfc_9106() -> None:
    kept = Passwords().hashed(OWN)
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
