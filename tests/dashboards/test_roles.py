"""Which pages open for whom, as the pages themselves decide, and the page on which administrators keep accounts."""

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from dashboards import who
from mingjing.access import NOTHING, ROLES, WHOLE, Person, Role
from mingjing.access.permissions import PAGES
from mingjing.accounts.account import Account
from mingjing.accounts.office import Office
from mingjing.store import Store
from mingjing.store.accounts import account
from mingjing.store.local import LocalServer
from tests.dashboards.test_pages import APP, Shown, html
from tests.dashboards.test_signin import office

__all__ = ["office"]

pytestmark = pytest.mark.store
REFUSED = "此页面不对您的角色开放"


def of(*roles: Role) -> Person:
    return Person(account="chen", name="陈", roles=frozenset(roles), scope=NOTHING)


def at(app: AppTest, page: str) -> AppTest:
    """The app at an address that somebody typed."""
    app._page_hash = calc_hash(page)
    return app.run()


def test_a_guessed_address_of_a_page_that_is_not_for_the_role_shows_nothing_of_it(
    shown: Shown, empty_server: LocalServer
) -> None:
    """Tried by somebody who has every role but those that the page opens for."""
    shown.setenv("MINGJING_STORE_DSN", empty_server.reader_dsn)
    app = AppTest.from_file(APP, default_timeout=60)
    for page in ("accounts", "case", "finding", "investigate", "calibrate"):
        others = [role for role in ROLES if role not in PAGES[page]]
        shown.setattr(who, "person", lambda others=others: of(*others))
        at(app, page)
        assert not app.exception
        assert page in app.session_state["pages"]
        assert html(app).count("mj-empty") == 1, page
        assert REFUSED in html(app), page


def test_whoever_may_not_see_the_board_begins_at_the_first_page_that_opens(
    shown: Shown, empty_server: LocalServer
) -> None:
    shown.setenv("MINGJING_STORE_DSN", empty_server.reader_dsn)
    shown.setattr(who, "person", lambda: of("administrator"))
    app = AppTest.from_file(APP, default_timeout=60).run()
    assert not app.exception
    assert REFUSED not in html(app)
    assert "规则" in html(app)


def test_without_a_session_nothing_is_drawn_and_another_account_starts_afresh(
    shown: Shown, empty_server: LocalServer
) -> None:
    shown.setenv("MINGJING_STORE_DSN", empty_server.reader_dsn)
    shown.setattr(who, "person", lambda: of("administrator"))
    app = AppTest.from_file(APP, default_timeout=60).run()
    app.session_state["left by chen"] = "secret"
    shown.setattr(who, "person", lambda: Person(account="qian", roles=frozenset({"administrator"}), scope=NOTHING))
    app.run()
    assert "left by chen" not in app.session_state
    shown.setattr(who, "person", lambda: who.NOBODY)
    app.run()
    assert "登录已结束" in html(app)
    assert "mj-brand" not in html(app)


def test_administrators_make_change_and_close_accounts(
    shown: Shown, office: Office, store_dsn: str, store: Store
) -> None:
    shown.setenv("MINGJING_STORE_DSN", store_dsn)
    office.add(Account(account="chen", name="<b>陈</b>", roles=("administrator",)), "cli:root")
    me = Person(account="chen", roles=frozenset({"administrator"}), scope=WHOLE)
    shown.setattr(who, "person", lambda: me)
    app = at(AppTest.from_file(APP, default_timeout=60).run(), "accounts")
    assert "&lt;b&gt;陈&lt;/b&gt;" in html(app)
    app.text_input(key="new_account").input("Zhao")
    app.multiselect(key="new_roles").select("supervisor")
    _press(app, "新建账号")
    assert "a supervisor needs a place" in html(app)
    app.text_input(key="new_place").input("*")
    _press(app, "新建账号")
    once = html(app).partition("<code>")[2].partition("</code>")[0]
    assert office.sign_in("zhao", once).renew
    assert once not in html(app.run())
    app.selectbox(key="accounts_name").select("zhao").run()
    app.multiselect(key="roles_zhao_1").select("panel")
    _press(app, "保存角色和所属")
    changed = account(store, "zhao")
    assert changed is not None
    assert changed.roles == ("supervisor", "panel")
    app.button(key="accounts_close").click().run()
    closed = account(store, "zhao")
    assert closed is not None
    assert closed.closed
    app.selectbox(key="accounts_name").select("chen").run()
    assert "不能在这里改自己的账号" in html(app)


def _press(app: AppTest, label: str) -> None:
    next(one for one in app.button if one.label == label).click()
    app.run()
    assert not app.exception
