"""Data for looking at the pages: cases judged by the real engine, and findings by the hundred thousand.

`python -m tests.dashboards.seed DSN [few|many]` fills a store by hand.
"""

import random
import sys
import tempfile
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from mingjing.codec import encode
from mingjing.instants import micros
from mingjing.settings import Settings
from mingjing.store import Conflict, Name, Progress, RuleText, Store, StoredEvent
from mingjing.types import CaseEvent, DeadLetter, Evidence, Finding, Lead, NotJudged, Signal, Text
from rules import Engine, load_engine
from rules.revisions import revise

NOW = datetime.fromisoformat("2026-03-18T10:30:00+08:00")
"""The instant that the pages are told it is."""

DEPARTMENTS = {
    "SCJGJ": ("市场监督管理局", "Market Regulation Bureau"),
    "GAJ": ("公安局", "Public Security Bureau"),
    "ZJJ": ("住房和城乡建设局", "Housing and Construction Bureau"),
    "ZRZY": ("自然资源局", "Natural Resources Bureau"),
    "WJW": ("卫生健康委员会", "Health Commission"),
    "RSJ": ("人力资源和社会保障局", "Human Resources Bureau"),
    "JTJ": ("交通运输局", "Transport Bureau"),
    "SWJ": ("税务局", "Tax Bureau"),
}
ITEMS = {
    "A01": ("食品经营许可（新办）", "SCJGJ", "committed", 8, 20),
    "A02": ("企业变更登记", "SCJGJ", "committed", 3, 15),
    "B01": ("保安服务公司设立许可", "GAJ", "committed", 15, 20),
    "C01": ("建筑工程施工许可证核发", "ZJJ", "joint", 10, 20),
    "C02": ("商品房预售许可", "ZJJ", "committed", 7, 20),
    "D01": ("建设用地规划许可", "ZRZY", "committed", 12, 20),
    "E01": ("医疗机构执业登记", "WJW", "committed", 10, 20),
    "F01": ("劳务派遣经营许可", "RSJ", "committed", 9, 20),
    "G01": ("道路货物运输经营许可", "JTJ", "committed", 5, 20),
    "H01": ("增值税专用发票最高开票限额审批", "SWJ", "committed", 6, 20),
}
LONG_CASE = "512026011200077"
"""The case that has everything: a pause, an extension, a correction, revisions, a withdrawn finding."""


def names() -> list[Name]:
    """What the codes are called."""
    found = [Name("department", code, zh, en) for code, (zh, en) in DEPARTMENTS.items()]
    found += [Name("item", code, zh, "") for code, (zh, *_) in ITEMS.items()]
    for code, (zh, en) in DEPARTMENTS.items():
        found += [Name("window", f"{code}-W{n:02d}", f"{zh}{n}号窗口", f"{en}, window {n}") for n in range(1, 7)]
    people = ["陈雨桐", "刘建国", "王秀兰", "赵明", "周文静", "吴志强", "孙丽", "郑海波"]
    for code in DEPARTMENTS:
        found += [Name("officer", f"{code}-{n:02d}", people[n - 1], "") for n in range(1, 9)]
    return [*found, Name("region", "519900", "明川市", "Mingchuan City")]


def engine(folder: Path) -> Engine:
    """The shipped rules with the items above."""
    head = "item,version,valid_from,valid_to,name,department,matter,case_type,committed_limit,statutory_limit,steps"
    lines = [
        f"{code},3,2024-01-01,,{name},{unit},permit,{kind},{days} working_days,{legal} working_days,审查|审核|决定"
        for code, (name, unit, kind, days, legal) in ITEMS.items()
    ]
    (folder / "items.csv").write_text("\n".join([head, *lines, ""]), encoding="utf-8")
    return load_engine(Settings(items_dir=str(folder)))


class Case:
    """Writes one case's events in order of telling."""

    def __init__(self, case_id: str, item: str, rng: random.Random) -> None:
        self.case_id, self.item, self.rng = case_id, item, rng
        self.unit = ITEMS[item][1]
        self.window = f"{self.unit}-W{rng.randint(1, 6):02d}"
        self.officer = f"{self.unit}-{rng.randint(1, 8):02d}"
        self.events: list[CaseEvent] = []

    def add(self, kind: str, at: datetime, *, entered: timedelta | None = None, arrived: timedelta | None = None,
            corrects: str | None = None, **details: object) -> None:  # fmt: skip
        """One event; `entered` and `arrived`: how long after it happened it was written down and came to us."""
        recorded = at + (entered or timedelta(seconds=self.rng.randint(5, 90)))
        self.events.append(
            CaseEvent(
                event_id=f"{self.case_id}-{len(self.events) + 1:02d}",
                case_id=self.case_id,
                type=kind,
                occurred_at=at,
                recorded_at=recorded,
                received_at=recorded + (arrived or timedelta(seconds=self.rng.uniform(0.3, 3))),
                source=f"{self.unit.lower()}-approval",
                item=self.item,
                region="519900",
                department=self.unit,
                window=self.window,
                officer=self.officer,
                channel="window",
                corrects=corrects,
                data=details,
            )
        )


def usual_case(number: int, rng: random.Random) -> list[CaseEvent]:
    """A permit that is handled well, slowly, or not to the end."""
    accepted = (NOW - timedelta(days=rng.randint(2, 45))).replace(hour=rng.randint(9, 16), minute=rng.randint(0, 59))
    case = Case(f"51{accepted:%Y%m%d}{number:05d}", rng.choice(list(ITEMS)), rng)
    case.add("material_received", accepted - timedelta(hours=rng.randint(1, 40)), receipt_no=f"收〔2026〕{number}号")
    if rng.random() < 0.12:
        for n in range(rng.choice((1, 2, 2))):
            case.add("correction_notified", accepted - timedelta(minutes=50 - n * 20), gaps=["场所使用证明"])
    case.add("accepted", accepted, receipt_no=f"受〔2026〕{number}号")
    limit = ITEMS[case.item][3]
    days = limit * rng.choice((0.2, 0.4, 0.5, 0.6, 0.7, 0.9, 1.6, 2.4))
    end = accepted + timedelta(days=days * 1.4, hours=rng.randint(1, 5))
    for nth, step in enumerate(("审查", "审核", "决定")):
        begun = accepted + (end - accepted) * nth / 3
        if begun < NOW:
            case.add("step_started", begun + timedelta(minutes=10), step=step)
        if accepted + (end - accepted) * (nth + 1) / 3 < NOW and (rng.random() < 0.97):
            case.add("step_ended", accepted + (end - accepted) * (nth + 1) / 3, step=step, opinion="同意")
    if end < NOW:
        late = timedelta(days=rng.randint(4, 12)) if rng.random() < 0.06 else None
        refused = rng.random() < 0.08
        words: dict[str, Any] = (
            {"result": "refused"} if refused else {"result": "granted", "document_no": f"许可〔2026〕{number}号"}
        )
        case.add("decided", end, entered=late, **words)
        if not refused and rng.random() < 0.8 and end + timedelta(days=1) < NOW:
            case.add("delivered", end + timedelta(hours=3), method="窗口领取", signer="申请人")
    return case.events


def long_case() -> list[CaseEvent]:
    """LONG_CASE: accepted 12 January, committed limit of 10 working days, Spring Festival in between."""

    def at(text: str) -> datetime:
        return datetime.fromisoformat(f"2026-{text}+08:00")

    case = Case(LONG_CASE, "C01", random.Random(7))  # noqa: S311
    case.window, case.officer = "ZJJ-W03", "ZJJ-05"
    case.add("submitted", at("01-08T20:14:09"), applicant_type="enterprise", form_version="3")
    case.add(
        "material_received",
        at("01-09T09:32:51"),
        receipt_no="收〔2026〕00077号",
        documents=["施工许可申请表", "用地批准手续", "规划许可证"],
    )
    case.add("correction_notified", at("01-09T15:40:02"), notice_no="补〔2026〕0031号", gaps=["施工图审查合格书"])
    case.add("correction_supplied", at("01-12T08:55:30"), documents=["施工图审查合格书"])
    case.add("accepted", at("01-12T09:20:00"), receipt_no="受〔2026〕00077号")
    case.add("step_started", at("01-12T10:05:00"), step="审查")
    case.add(
        "special_started",
        at("01-15T11:00:00"),
        procedure="expert_review",
        declared_days=6,
        basis="行政许可法第四十五条（专家评审）",
    )
    case.add("special_ended", at("01-23T16:30:00"), procedure="expert_review")
    case.add("step_ended", at("01-26T17:20:00"), step="审查", opinion="基本符合，建议补充现场安全措施说明")
    case.add("extension_approved", at("01-28T10:00:00"), days=5, reason="情况复杂，需进一步核实", approver="ZJJ-01")
    case.add("step_started", at("01-29T09:10:00"), step="审核")
    case.add("step_ended", at("02-09T11:45:00"), step="审核", opinion="同意")
    case.add("step_started", at("02-10T09:00:00"), step="决定")
    case.add(
        "decided",
        at("03-05T16:48:00"),
        entered=timedelta(days=6, hours=2),
        result="granted",
        document_no="建施〔2026〕0077号",
    )
    case.add(
        "decided", at("03-06T09:15:00"), corrects=f"{LONG_CASE}-14", result="granted", document_no="建施〔2026〕0077号"
    )
    case.add("delivered", at("03-06T15:02:00"), method="窗口领取", signer="王**")
    return case.events


def publish(store: Store, judge: Engine, cases: Iterable[Sequence[CaseEvent]], stages: Sequence[datetime]) -> int:
    """Stores the cases and what the engine says of each at the stages, as revisions; how many findings there are."""
    published: dict[str, dict[str, Finding]] = {}
    for number, events in enumerate(cases):
        known: dict[str, Finding] = {}
        revisions: list[Finding] = []
        notes: list[NotJudged] = []
        for stage in stages:
            arrived = [e for e in events if (e.received_at or e.occurred_at) <= stage]
            judgement = judge.judge(arrived, micros(stage))
            changes = revise(known, judgement.findings, micros(stage))
            revisions += changes
            known |= {finding.finding_id: finding for finding in changes}
            notes = judgement.not_judged
        published[events[0].case_id] = known
        store.write_findings(revisions)
        store.write_not_judged(notes)
        rows = [
            StoredEvent(e, encode(e), "case-events", number % 4, number, n + 1, e.received_at)
            for n, e in enumerate(events)
        ]
        store.write_events(rows, f"seed-{events[0].case_id}")
    return sum(map(len, published.values()))


def around(store: Store, judge: Engine) -> None:
    """Rules, names, progress, and the things of the health page."""
    store.write_rules([
        RuleText(rule=r.id, rule_version=r.version, kind=r.kind, name_zh=r.name.zh, name_en=r.name.en,
                 basis=r.basis, text=r.source_text)
        for r in judge.book.rules
    ])  # fmt: skip
    store.write_names(names())
    now = micros(NOW)
    day = 86_400_000_000
    marks = [
        Progress(
            "case-events",
            n % 4,
            f"{code.lower()}-approval",
            now - (0 if n != 6 else 2 * day),
            now - n * 3_700_000_000 if n != 6 else now - 3 * day,
        )
        for n, code in enumerate(DEPARTMENTS)
    ]
    store.write_progress(marks)
    reason = "case_id: expected `str`, got `int`"
    store.write_dead_letters([
        DeadLetter(reason=reason, raw=b'{"event_id":"x","case_id":7}', at=NOW - timedelta(minutes=n * 7),
                   topic="case-events", partition=n % 4, offset=9_000 + n, line=1)
        for n in range(3)
    ])  # fmt: skip
    store.write_conflicts([Conflict(LONG_CASE, f"{LONG_CASE}-02", "3f9a" * 16, "b1c2" * 16, "case-events", 1, 77, 1)])


def few(store: Store, judge: Engine, cases: int = 160) -> int:
    """A hall of some weeks: LONG_CASE and usual cases; how many findings."""
    rng = random.Random(20260318)  # noqa: S311
    around(store, judge)
    stages = [NOW - timedelta(days=back) for back in (40, 30, 20, 12, 6, 3, 1)] + [NOW]
    return publish(store, judge, [long_case(), *(usual_case(n, rng) for n in range(cases))], stages)


def many(store: Store, count: int = 100_000) -> None:
    """Findings by the number, copies of those that are stored, on cases of their own."""
    rng = random.Random(5)  # noqa: S311
    kinds = [msgspec.json.decode(row["body"], type=Finding) for row in store.query("case_revisions", case_id=LONG_CASE)]
    kinds = [kind for kind in kinds if kind.status != "withdrawn"]
    for start in range(0, count, 10_000):
        rows = []
        for n in range(start, min(count, start + 10_000)):
            unit = rng.choice(list(DEPARTMENTS))
            at = NOW - timedelta(seconds=rng.randint(60, 40 * 86_400))
            rows.append(
                msgspec.structs.replace(
                    rng.choice(kinds),
                    finding_id=f"many-{n:06d}",
                    revision=1,
                    case_id=f"{at:%Y%m%d}{n:08d}",
                    severity=rng.choice((1, 1, 1, 1, 2, 2, 3)),
                    status=rng.choice(("open", "open", "resolved")),
                    department=unit,
                    window=f"{unit}-W{rng.randint(1, 6):02d}",
                    officer=f"{unit}-{rng.randint(1, 8):02d}",
                    occurred_at=at,
                    detected_at=at + timedelta(seconds=rng.randint(1, 50)),
                )
            )
        store.write_findings(rows)


HOSTILE = "<img src=x onerror=\"document.title='owned'\"> **bold** [link](javascript:alert(1)) $x^2$ :red[x]"
"""What a field may hold; the page must show it as it is."""
AWKWARD_CASE = 'case/with <b>strange</b> & "id"?x=1#y'


def awkward(store: Store) -> None:
    """A case whose every text is hostile or very long, with a finding of an unknown rule and lacking evidence."""
    case = Case(AWKWARD_CASE, "A01", random.Random(1))  # noqa: S311
    case.window, case.officer, case.unit = HOSTILE, HOSTILE, HOSTILE
    case.add(
        "unknown_<i>type</i>",
        NOW - timedelta(hours=3),
        opinion=HOSTILE,
        text="很长的意见" * 2_000,
        nested={"a": [1, {"b": HOSTILE}]},
    )
    events = case.events
    rows = [StoredEvent(e, encode(e), "case-events", 0, 999, n + 1, e.received_at) for n, e in enumerate(events)]
    store.write_events(rows, "seed-awkward")
    finding = Finding(
        finding_id="awkward-finding",
        revision=2,
        rule="X<9>",
        rule_version="0",
        subject=f"case:{AWKWARD_CASE}",
        severity=3,
        status="open",
        occurred_at=NOW - timedelta(hours=2),
        detected_at=NOW - timedelta(hours=1),
        message=Text(zh=HOSTILE + "长" * 3_000, en=HOSTILE),
        evidence=Evidence(events=("nowhere", events[0].event_id), facts={HOSTILE: HOSTILE}),
        case_id=AWKWARD_CASE,
        department=HOSTILE,
        window=HOSTILE,
        officer=HOSTILE,
        item="no-such-item",
    )
    store.write_findings([msgspec.structs.replace(finding, revision=1, severity=1), finding, LEAD])
    store.write_not_judged([NotJudged(case_id=AWKWARD_CASE, rule="T2", reason="calendar 2027"),
                            NotJudged(case_id=AWKWARD_CASE, rule="T3", reason=HOSTILE)])  # fmt: skip


LEAD = Finding(
    finding_id="a-lead-about-an-officer",
    revision=1,
    rule="I4",
    rule_version="0",
    subject="officer:ZJJ-05",
    severity=2,
    status="open",
    occurred_at=NOW - timedelta(days=1),
    detected_at=NOW - timedelta(hours=1),
    message=Text(zh="停表滥用：有两项迹象", en="Stop-clock abuse: two signals"),
    evidence=Evidence(
        events=(f"{LONG_CASE}-07", "nowhere"),
        lead=Lead(
            score=0.82,
            signals=(
                Signal(name=Text(zh="停表占时", en="Suspended share"), strength=0.7, value=0.61, expected=0.08),
                Signal(name=Text(zh="<b>临期停表</b>", en="<b>Paused near due</b>"), strength=0.4),
            ),
            cleared=(Text(zh="没有听证", en="No hearing was held"),),
            sample=Text(zh="抽查五件停表依据", en="Sample the grounds of five pauses"),
        ),
    ),
    department="ZJJ",
    officer="ZJJ-05",
    lead=True,
)
"""A lead that spans cases."""


ENDLESS_CASE = "512026000099999"


def endless(store: Store, count: int) -> None:
    """A case with very many events."""
    case = Case(ENDLESS_CASE, "A01", random.Random(1))  # noqa: S311
    for n in range(count):
        case.add("step_started", NOW - timedelta(minutes=count - n), step=f"{n}")
    rows = [StoredEvent(e, encode(e), "case-events", 0, 5_000, n + 1, e.received_at) for n, e in enumerate(case.events)]
    store.write_events(rows, "seed-endless")


def main(dsn: str, size: str = "few") -> None:
    """Fills the store of a DSN."""
    with Store(dsn) as store, tempfile.TemporaryDirectory() as folder:
        store.migrate()
        print(few(store, engine(Path(folder))), "findings", datetime.now(UTC))  # noqa: T201
        if size == "many":
            many(store)
            endless(store, 10_000)


if __name__ == "__main__":
    main(*sys.argv[1:])
