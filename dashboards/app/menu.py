"""Which pages there are, grouped by whom they serve."""

GROUPS: dict[str, dict[str, str]] = {
    "supervision": {
        "board": "officers",
        "desk": "desk",
        "register": "register",
        "complaint": "complaint",
        "inspection": "inspection",
        "hall": "hall",
        "case": "case",
        "rules": "rules",
    },
    "investigation": {"investigate": "investigate", "workspace": "workspace", "dossier": "dossier"},
    "leaders": {
        "ranking": "ranking",
        "compare": "compare",
        "departments": "departments",
        "load": "load",
        "reform": "reform",
        "reports": "reports",
        "awards": "awards",
    },
    "services": {
        "parallel": "parallel",
        "lanes": "lanes",
        "tender": "tender",
        "experts": "experts",
        "parties": "parties",
        "agencies": "agencies",
        "discretion": "discretion",
        "duty": "duty",
        "quality": "quality",
    },
    "window": {"mine": "mine"},
    "upkeep": {
        "registers": "registers",
        "coverage": "coverage",
        "health": "health",
        "calibrate": "calibrate",
        "changes": "changes",
        "accounts": "accounts",
    },
}
"""By group, in the order of the bar: what a page is called (also its address) and its script in pages/."""

BEHIND: dict[str, str] = {"finding": "board", "score": "ranking"}
"""Pages that are reached from others only, and the entry that they belong to."""
