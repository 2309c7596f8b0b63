"""Who may sign in to a demo: one account of each role, around the department whose windows are in the picture."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from msgspec import Struct

from mingjing.accounts.account import Account
from mingjing.accounts.office import Office
from mingjing.demo.cameras import watched
from mingjing.demo.plan import Plan
from mingjing.instants import at
from mingjing.record.recorder import recorder
from mingjing.settings import load
from mingjing.simulate import City
from mingjing.store import Store
from mingjing.texts import text

SUPERVISORS = ("supervisor", "supervisor2")
PANEL = "panel"


def staff(city: City) -> list[Account]:
    """The accounts, without passwords; names are the city's where it has them."""
    window = watched(city)[0]
    unit = next(one for one in city.departments if one.code == window.department)
    return [
        Account(account="officer", name=window.officer.zh, roles=("officer",), officer=window.officer.code),
        Account(
            account="lead",
            name=text("demo.staff.lead", "zh", unit=unit.zh),
            roles=("lead",),
            place=f"department:{unit.code}",
        ),
        Account(account="department", name=unit.approver.zh, roles=("department",), place=f"department:{unit.code}"),
        Account(account=SUPERVISORS[0], name=_called("supervisor"), roles=("supervisor",), place="*"),
        Account(account=SUPERVISORS[1], name=_called("supervisor2"), roles=("supervisor",), place="*"),
        Account(account=PANEL, name=_called("panel"), roles=("panel",), place="*"),
        Account(account="investigator", name=_called("investigator"), roles=("investigator",), place="*"),
        Account(account="leader", name=_called("leader"), roles=("leader",), place="*"),
        Account(account="admin", name=_called("admin"), roles=("administrator",)),
    ]


def _called(account: str) -> str:
    return text(f"demo.staff.{account}", "zh")


class Enrolled(Struct, frozen=True):
    """An account with its one-time password."""

    account: Account
    password: str


def enrol(made: Plan, city: City) -> list[Enrolled]:
    """Makes the accounts of a demo whose settings are written; their passwords are kept nowhere else."""
    settings = load(made.settings_file, env={})

    @contextmanager
    def store() -> Iterator[Store]:
        with Store(settings.desk_dsn or "", profile="dashboard") as one:
            yield one

    office = Office(
        store, recorder(settings, "demo"), hours=settings.session_hours, now=lambda: at(made.now()),
        wall=lambda: datetime.now(UTC),
    )  # fmt: skip
    return [Enrolled(one, office.add(one, "system:demo")) for one in staff(city)]
