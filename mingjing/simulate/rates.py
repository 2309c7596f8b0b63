"""How often things happen in the simulated city: the share of irregular cases, and the habits of the regular ones."""

import tomllib
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from mingjing.errors import UsageError

Share = Annotated[float, Meta(ge=0, le=1)]
Spread = Annotated[float, Meta(ge=0, le=3)]


class Rates(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Shares between 0 and 1; what each is a share of stands beside it.

    The defaults follow what was published of real halls where anything was: 2.9 % overdue warnings and 1.5 %
    corrections among 10,375 cases (Xiaogan). The others are of the same order, chosen to keep every rule busy.
    """

    # irregular
    due_soon: Share = 0.029  # T2 at 80 %: of accepted permit cases whose limit has room between 80 % and due
    overdue: Share = 0.006  # T2 at due: of accepted permit cases that are not immediate
    overdue_red: Share = 0.002  # T2 three working days after: of the same
    statutory: Share = 0.0008  # T3: of the same
    acceptance_late: Share = 0.004  # T4: of permit cases that are not immediate
    step_late: Share = 0.006  # T5: of cases with two steps or more and no other delay
    immediate_late: Share = 0.004  # T6: of immediate cases
    delivery_late: Share = 0.005  # T7: of granted cases that are not immediate
    hearing_late: Share = 0.05  # T9-O: of hearings about a permit
    special_late: Share = 0.08  # T9: of special procedures
    pre_review_late: Share = 0.008  # T10: of online applications
    step_skipped: Share = 0.002  # P1: of cases that reach their steps
    time_order: Share = 0.0015  # P2-A, P2-D, P2-S: of decided cases
    returned: Share = 0.015  # P4: of cases with two steps or more
    returned_again: Share = 0.15  # P4 twice: of the returned
    rerun_late: Share = 0.03  # T5-R: of steps run again
    refusal_bare: Share = 0.06  # P6: of refusals and non-acceptances
    repeated_correction: Share = 0.05  # P7: of cases with a correction
    document_missing: Share = 0.002  # K1: of decided cases
    receipt_missing: Share = 0.002  # K1-A: of accepted cases
    backfilled: Share = 0.003  # I2: of decided cases
    reply_late: Share = 0.02  # Q1: of work orders
    misrouted_twice: Share = 0.004  # Q1-R: of work orders
    gap_overlooked: Share = 0.03  # P7-G: of cases with a correction
    extra_material: Share = 0.03  # K2: of cases with a correction
    fee_unlisted: Share = 0.0005  # F1: of accepted cases of items without a fee
    fee_wrong: Share = 0.01  # F2, F2-O: of fees
    fee_early: Share = 0.005  # F3, F3-N: of fees
    fee_account: Share = 0.005  # F3-A: of fees
    waiver_bare: Share = 0.1  # F4: of waivers
    waiver_ungrounded: Share = 0.1  # F4-B: of waivers
    licence_late: Share = 0.02  # P2-L: of accepted cases of items whose applicants need a business licence first
    permit_demanded: Share = 0.03  # P2-R: of registrations with one notice of correction
    outside_hall: Share = 0.001  # P10: of steps in the hall
    bad_rating_left: Share = 0.05  # E1: of bad ratings
    bad_rating_unverified: Share = 0.03  # E1-V: of bad ratings
    notified_late: Share = 0.02  # B3: of parallel cases
    unit_left_out: Share = 0.01  # B3-U: of parallel cases
    branch_late: Share = 0.02  # B1: of branches
    absent: Share = 0.02  # B2: of invitations to a joint visit
    unsigned: Share = 0.01  # B2-S: of those who came to one
    repeated_alone: Share = 0.02  # B2-D: of joint visits
    agent_unlisted: Share = 0.02  # N26: of cases of agents
    lane_bare: Share = 0.03  # N26-G: of cases in the green channel
    not_consolidated: Share = 0.01  # B3-C: of parallel cases
    complaint_lies: Share = 0.05  # Q1-F: of efficiency complaints
    not_told: Share = 0.05  # Q1-W: of named efficiency complaints
    complained_again: Share = 0.01  # Q1-A: of work orders
    penalty_late: Share = 0.02  # T3-P: of penalties
    penalty_uninformed: Share = 0.02  # P2-P: of penalties
    penalty_delivered_late: Share = 0.03  # T7-P: of penalties
    penalty_outside: Share = 0.03  # N39: of penalties
    penalty_bandless: Share = 0.03  # N39-N: of penalties
    hearing_notice_short: Share = 0.1  # T9-N: of hearings
    levy_late: Share = 0.02  # T2-L: of levies
    agency_late: Share = 0.05  # M1: of services of intermediaries
    agency_overcharged: Share = 0.04  # M2: of the same
    agency_dear: Share = 0.03  # M2-F: of the same
    agency_unregistered: Share = 0.02  # M2-U: of the same
    agency_swapped: Share = 0.02  # M3: of the same
    tender_elsewhere: Share = 0.03  # Z2: of tenders
    tender_hurried: Share = 0.03  # Z1-N: of compulsory tenders
    sale_short: Share = 0.03  # Z1-S: of those of works
    opening_moved: Share = 0.03  # Z1-O: of the same
    award_published_short: Share = 0.03  # Z1-P: of those of works
    contract_late: Share = 0.03  # Z1-C: of the same
    drawn_by_hand: Share = 0.03  # Z3: of the same
    drawn_early: Share = 0.03  # Z3-E: of those of procurement
    pool_small: Share = 0.03  # Z3-P: of the same
    unit_not_excluded: Share = 0.03  # Z3-X: of the same
    drawn_again: Share = 0.03  # Z3-R: of the same
    drawn_swapped: Share = 0.02  # Z3-S: of those drawn by the system
    drawn_outside: Share = 0.02  # Z3-V: of the same
    pool_trimmed: Share = 0.02  # Z3-C: of the same
    barred_bidder: Share = 0.03  # N62-B, and N62 where it wins: of compulsory tenders
    self_supervised: Share = 0.02  # Z6: of the same
    tender_step_missing: Share = 0.02  # N55: of the same
    tender_unenrolled: Share = 0.02  # N55-B: of the same
    tender_scored_outside: Share = 0.02  # Z5-R: of the same
    deal_elsewhere: Share = 0.3  # N56: of deals found outside the platform
    opened_late: Share = 0.004  # S2: of windows' days
    closed_early: Share = 0.004  # S2-E: of windows' days
    arrived_late: Share = 0.003  # S2-O: of windows' days
    left_early: Share = 0.003  # S2-L: of windows' days
    absent_long: Share = 0.008  # S1: of absences
    relieved_late: Share = 0.02  # S1: of changes of shift
    camera_lost: Share = 0.003  # S2-C: of windows' days
    one_hand: Share = 0.001  # P3: of permit cases
    site_alone: Share = 0.02  # P3-V: of visits to the site
    pause_bare: Share = 0.05  # P5: of suspensions and terminations
    reversed: Share = 0.003  # P8: of cases with two steps or more
    off_list: Share = 0.0004  # P9: of permit cases
    extension_late: Share = 0.15  # T8: of cases beyond the statutory limit
    extension_long: Share = 0.04  # T8-M: of extensions
    extension_twice: Share = 0.04  # T8-2: of extensions
    extension_role: Share = 0.04  # T8-R: of extensions
    extension_untold: Share = 0.04  # T8-N: of extensions
    extension_backdated: Share = 0.04  # T8-L: of extensions
    changed_after: Share = 0.0005  # I3: of decided cases that took a day or longer
    credit_code_wrong: Share = 0.002  # K4-C: of enterprises' online applications
    code_dangling: Share = 0.0004  # K4-O, K4-U, K4-W: of delivered cases
    undelegated: Share = 0.0008  # I5-D: of decisions
    off_hours: Share = 0.0005  # I5-H: of decisions
    guide_incomplete: Share = 0.02  # K3: of published guides
    guide_wrong: Share = 0.02  # K3-V: of published guides
    field_missing: Share = 0.0005  # K4: of delivered cases
    duty_absent: Share = 0.02  # N40: of the duty room's shifts
    duty_left_early: Share = 0.02  # N40-E: of the shifts to which somebody came
    duty_reply_late: Share = 0.03  # N40-R: of questions asked while somebody is there
    contact_late: Share = 0.02  # N51: of contacts
    contact_unanswered: Share = 0.03  # N51-H: of contacts handed over
    contact_unowned: Share = 0.01  # N51-O: of contacts
    other_division: Share = 0.001  # N15: of decided permit cases
    other_hall: Share = 0.001  # N15-H: of permit cases accepted at a window

    # regular
    online: Share = 0.45  # of applications
    correction: Share = 0.06  # of cases that are not immediate
    not_accepted: Share = 0.006  # of cases that are not immediate
    withdrawn: Share = 0.008  # of accepted cases that are not immediate
    refused: Share = 0.012  # of decided cases that are not immediate
    special: Share = 0.02  # a special procedure: of cases with three steps or more
    suspended: Share = 0.01  # of the same
    extended: Share = 0.012  # of accepted cases with a limit of ten working days or more
    terminated: Share = 0.002  # of accepted cases that are not immediate
    volunteered: Share = 0.03  # a further paper of the applicant's own will: of permit cases
    evidence_later: Share = 0.1  # the evidence of a suspension or termination comes within two days
    urgent_evening: Share = 0.15  # decided in the evening: of urgent cases
    deals: Share = 0.1  # a deal is found outside the platform: of working days
    corrected: Share = 0.001  # a slip of the pen, at once: of delivered cases
    reopened: Share = 0.001  # on appeal: of delivered cases that are not immediate
    heard: Share = 0.15  # of penalties
    departed: Share = 0.03  # below the band's least, by approval: of penalties
    waived: Share = 0.05  # of fees
    green: Share = 0.03  # through the green channel: of accepted cases that are not immediate
    rated: Share = 0.2  # of delivered cases and closed work orders
    dissatisfied: Share = 0.02  # one or two stars: of ratings
    complained: Share = 0.0  # of delivered permit cases that were not rated well
    unhurried: Share = 0.3  # of the time from the quickest to the last case in time: what a usual one takes

    # windows
    quality_spread: Spread = 0.0  # standard deviation of windows' quality, in logits of what is unwanted; 0: all alike


HABITS = Rates.__struct_fields__[Rates.__struct_fields__.index("online") :]
"""What is not irregular in itself."""


def load(path: Path) -> Rates:
    """Rates from a TOML file; what it leaves out keeps its default. Raises UsageError."""
    try:
        return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Rates)
    except OSError as wrong:
        raise UsageError(f"{path}: cannot be read: {wrong.strerror}") from wrong
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        raise UsageError(f"{path}: not TOML: {wrong}") from wrong
    except msgspec.ValidationError as wrong:
        raise UsageError(
            f"{path}: {wrong}; rates are shares between 0 and 1 (quality_spread: up to 3), like overdue = 0.006"
        ) from wrong


def quiet() -> Rates:
    """A city in which nothing irregular is arranged, for tests and comparisons."""
    return Rates(**{name: 0.0 for name in Rates.__struct_fields__ if name not in HABITS})
