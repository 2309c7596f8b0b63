"""Answers that the row policies alone cannot give somebody who may see a part only: whole cases, and plain sums.

A case that touches somebody's place is seen as a whole, like a paper file: events without a region (a payment, a
rating) and those of other units belong to it, and the clock cannot be reckoned without them. So for the queries named
here the store asks first which of the given cases or findings are within the scope, and then answers for those alone.
A finding goes with its latest revision: whoever has it now sees all revisions and acts, whoever had it before none.
"""

from typing import Literal

Kind = Literal["case", "finding"]

GUARDED: dict[str, dict[str, Kind]] = {
    "case_events": {"case_id": "case"},
    "case_head": {"case_id": "case"},
    "case_not_judged": {"case_id": "case"},
    "case_place": {"case": "case"},
    "duty_questions": {"cases": "case"},
    "evidence_events": {"case_id": "case"},
    "finding_revisions": {"finding_id": "finding"},
    "histories": {"cases": "case"},
    "log_events": {"cases": "case"},
    "not_judged": {"cases": "case"},
    "record_entries": {"subjects": "finding"},
    "rulings": {"findings": "finding", "cases": "case"},
}
"""Queries answered whole for the cases or findings that their parameters name, as far as these are within the scope."""

SUMS = frozenset({
    "board_pulse", "health_messages", "health_totals", "lag", "lag_total", "score_stamp", "server_time", "time_passed",
})  # fmt: skip
"""Queries answered the same for everybody: how much there is and how late it is, of the whole installation."""
