"""Who may do what, and where: roles, scopes along the organisation tree, persons. Pure: no store, no page, no clock."""

from mingjing.access.person import ROLES, Person, Role
from mingjing.access.scope import NOTHING, WHOLE, Scope

__all__ = ["NOTHING", "ROLES", "WHOLE", "Person", "Role", "Scope"]
