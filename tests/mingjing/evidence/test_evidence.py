"""Evidence packs: what was packed can be judged again anywhere, and whatever is changed afterwards is named."""

import contextlib
import io
import struct
import zipfile
from pathlib import Path

import msgspec
import pypdfium2
import pytest
from typer.testing import CliRunner

from mingjing.cli.evidence import app
from mingjing.evidence.checking import Again, Report, checked, given
from mingjing.evidence.days import as_csv, by_day
from mingjing.evidence.dossier import Dossier, EventFile
from mingjing.evidence.gather import _sealed
from mingjing.evidence.manifest import MANIFEST, PURPOSE, SIGNATURE, Signature, Unreadable, digest, encode
from mingjing.evidence.opening import opened, unpacked
from mingjing.evidence.packing import _manifest, packed, plain_files
from mingjing.privacy.loading import personal
from mingjing.privacy.mask import Masker
from mingjing.record.entry import body_digest, entry_hash
from mingjing.record.keys import Signer
from mingjing.record.recorder import Draft, Recorder
from mingjing.store import Store
from mingjing.store.masking import Veil
from rules.recheck import recheck
from tests.mingjing.evidence.cases import AT, dossier, found, signer


@pytest.fixture(scope="module")
def late() -> Dossier:
    """An overdue case with three acts in the record."""
    first = next(found("T2"))
    return dossier(*first, acts=3)


@pytest.fixture(scope="module")
def pack(late: Dossier) -> bytes:
    return packed(late, signer()).content


@pytest.fixture
def files(pack: bytes) -> dict[str, bytes]:
    return unpacked(pack, "pack")


def check(files: dict[str, bytes], key: str | None = None) -> Report:
    return checked(files, key=key or signer().public, recompute=recheck)


def test_a_pack_is_whole_and_the_verdict_follows_from_it_alone(files: dict[str, bytes]) -> None:
    report = check(files)
    assert report.whole
    assert report.trusted
    assert any(line.startswith("judged again") for line in report.told)
    assert {"evidence.en.pdf", "rule/rule.toml", "ledger.csv", "events/00001.json"} <= set(files)


def test_a_finding_of_every_rule_is_found_again_from_its_pack() -> None:
    """Every kind of rule, with clocks, pauses and items. What looks up registers says that it cannot be told."""
    rules: dict[str, list[Again]] = {}
    for rule, finding, events, items in found():
        if len(rules.get(rule.id, ())) < 1:
            again = recheck(given(plain_files(dossier(rule, finding, events, items))))
            rules.setdefault(rule.id, []).append(again)
    bad = {rule: one.why for rule, several in rules.items() for one in several if one.agrees is not True}
    assert {rule: why for rule, why in bad.items() if "looks up" not in why} == {}
    assert len(rules) > 60
    assert len(bad) <= 3


@pytest.mark.parametrize(
    "name",
    [
        "events/00001.json",
        "rule/rule.toml",
        "calendars/cn.json",
        "ledger.csv",
        "handling/entries.json",
        "evidence.en.pdf",
    ],
)
def test_whatever_is_changed_or_removed_is_named(files: dict[str, bytes], name: str) -> None:
    changed = files | {name: files[name].replace(b"2", b"3", 1)}
    assert check(changed).wrong == (f"{name}: changed",)
    assert check({key: value for key, value in files.items() if key != name}).wrong == (f"{name}: removed",)
    assert check(files | {"more.txt": b""}).wrong == ("more.txt: added",)


def test_a_new_manifest_over_changed_files_is_not_signed(files: dict[str, bytes]) -> None:
    forged = files | {MANIFEST: files[MANIFEST].replace(b"inv01", b"inv02")}
    assert "signature does not fit" in check(forged).wrong[0]


def test_a_pack_signed_with_another_key_is_refused(late: Dossier) -> None:
    other = Signer.fresh()
    files = unpacked(packed(late, other).content, "pack")
    assert checked(files, recompute=recheck).whole
    report = check(files)
    assert "signed with the key" in report.wrong[0]


def test_another_signature_cannot_stand_for_the_manifests(files: dict[str, bytes]) -> None:
    """What the key signed for the record fits no pack."""
    wrong = Signature(key=signer().public, signature=signer().sign(digest(files[MANIFEST])))
    assert "signature does not fit" in check(files | {SIGNATURE: encode(wrong)}).wrong[0]


def test_a_finding_that_the_rule_does_not_make_is_told(late: Dossier) -> None:
    """Whoever holds the key cannot pack a graver card than the rule gives."""
    graver = msgspec.structs.replace(late.latest, severity=1 if late.latest.severity != 1 else 3)
    files = unpacked(packed(msgspec.structs.replace(late, revisions=(graver,)), signer()).content, "pack")
    assert any("severity" in line for line in check(files).wrong)
    assert check(files).agrees is False


def test_an_entry_that_was_altered_before_packing_is_named(late: Dossier) -> None:
    second = msgspec.structs.replace(late.entries[1], actor="somebody", body="[no JSON")
    entries = (late.entries[0], second, late.entries[2])
    wrong = check(unpacked(packed(msgspec.structs.replace(late, entries=entries), signer()).content, "p")).wrong
    assert wrong == ("handling/entries.json: entry 2 of c: its hash does not fit",)
    gap = msgspec.structs.replace(late, entries=(late.entries[0], late.entries[2]))
    wrong = check(unpacked(packed(gap, signer()).content, "p")).wrong
    assert "there is a gap" in wrong[0]


def test_a_masked_event_keeps_the_hash_of_the_original_and_says_so(late: Dossier) -> None:
    first = late.events[0]
    hidden = EventFile(event=first.event, raw=first.raw[:-1] + b',"x":"***"}', sha256=first.sha256, masked=True)
    files = unpacked(packed(msgspec.structs.replace(late, events=(hidden, *late.events[1:])), signer()).content, "p")
    report = check(files)
    assert report.whole
    assert any("1 events are masked" in line for line in report.told)
    act = msgspec.structs.replace(late.entries[0], body='{"step":"issue","text":"masked"}', salt="")
    veiled = msgspec.structs.replace(late, entries=(act, *late.entries[1:]))
    report = check(unpacked(packed(veiled, signer()).content, "p"))
    assert report.whole
    assert any("1 entries are masked" in line for line in report.told)
    silent = msgspec.structs.replace(hidden, masked=False)
    files = unpacked(packed(msgspec.structs.replace(late, events=(silent, *late.events[1:])), signer()).content, "p")
    assert "does not say that it is masked" in check(files).wrong[0]


@pytest.mark.store
def test_a_masked_text_of_the_record_says_so_and_an_altered_one_does_not_pass_for_masked(
    recorder: Recorder, store: Store
) -> None:
    """An officer's reply that names an applicant's telephone."""
    body = {"step": "explain", "role": "officer", "text": "已联系 13800138000"}
    for number in (1, 2):
        recorder.append("zhang", AT, Draft(kind="act", subject="f1", number=number, body=body))
    alter = "ALTER TABLE record UPDATE body = replaceOne(body, '已', '未') WHERE number = 2 SETTINGS mutations_sync = 1"
    store._connection.select(alter, {})
    store.veil = Veil(Masker(personal(), b"k" * 32))
    veiled = [*_sealed(store, "f1")]
    assert all("13800138000" not in one.body and "▮" in one.body for one in veiled)
    assert [bool(one.salt) for one in veiled] == [False, True]


def test_the_paper_says_what_was_decided_in_the_words_of_handling_and_turns_no_text_round(late: Dossier) -> None:
    """Who in which role, to what, to whom; a very long word and signs that turn a line stay on the page as they are."""
    key, several = signer(), []
    acts: list[dict[str, object]] = [
        {"step": "change", "role": "panel", "text": "W" * 400, "severity": 1},
        {"step": "transfer", "role": "investigator", "text": "\u202eabc #panic()", "to": "市纪委"},
        {"step": "withdraw", "role": "system"},
    ]
    for number, act in enumerate(acts, 1):
        body = msgspec.json.encode(act).decode()
        made = msgspec.structs.replace(late.entries[0], number=number, body=body, digest=body_digest("s", body))
        several.append(msgspec.structs.replace(made, signature=key.sign(entry_hash(made))))
    content = packed(msgspec.structs.replace(late, entries=tuple(several), reason="W" * 400), key).content
    files = unpacked(content, "p")
    zh, en = (text_of(files[f"evidence.{language}.pdf"]) for language in ("zh", "en"))
    for said in ("pan", "变更", "申诉认定人", "→预警", "→市纪委", "规则撤回", "#panic()", "5个工作日"):
        assert said in zh
    assert "\u202e" not in zh
    assert "Withdrawnbyitsrule" in en


def text_of(content: bytes) -> str:
    """All that stands on the pages, without white space; nothing is wider than the page."""
    pages = list(pypdfium2.PdfDocument(content))
    texts = [page.get_textpage() for page in pages]
    for page, text in zip(pages, texts, strict=True):
        assert all(text.get_rect(number)[2] <= page.get_width() for number in range(text.count_rects()))
    return "".join("".join(text.get_text_range() for text in texts).split()).replace("\u200b", "")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("rule/rule.json", b"[]"),
        ("rule/rule.json", b"{}"),
        ("rule/rule.toml", b"\xff"),
        ("rule/rule.toml", None),
        ("calendars/cn.json", b'{"name":"cn","version":"","years":[-1],"working":["x"]}'),
        ("items.json", b'[{"item":"i","version":"","valid_from":"x","valid_to":"","fields":{}}]'),
    ],
)  # fmt: skip
def test_what_a_stranger_packed_and_signed_is_never_a_traceback(
    late: Dossier, name: str, content: bytes | None
) -> None:
    files = {one: of for one, of in plain_files(late).items() if one != name} | ({name: content} if content else {})
    manifest = encode(_manifest(late, files))
    stranger = Signer.fresh()
    files |= {
        MANIFEST: manifest,
        SIGNATURE: encode(Signature(key=stranger.public, signature=stranger.sign(digest(manifest), PURPOSE))),
    }
    with contextlib.suppress(Unreadable):
        assert checked(files, recompute=recheck).agrees is None


def test_a_list_of_millions_of_files_is_not_made() -> None:
    with pytest.raises(Unreadable, match="at most 50,000 files"):
        unpacked(b"PK\1\2" * 100_001, "p")


def test_the_ledger_counts_day_by_day(late: Dossier) -> None:
    clock = late.latest.evidence.clock
    assert clock is not None
    days = [one for one in by_day(clock) if one.day]
    counted = [one for one in days if one.kind == "counted"]
    assert [one.total for one in counted] == [float(number) for number in range(1, len(counted) + 1)]
    assert as_csv(clock).decode("utf-8-sig").count("\n") == 1 + len(list(by_day(clock)))


def zipped(*entries: tuple[zipfile.ZipInfo | str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as pack:
        for name, content in entries:
            pack.writestr(name, content, method)
    return out.getvalue()


LINK = zipfile.ZipInfo("link")
LINK.external_attr = 0o120777 << 16


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "no whole ZIP"),
        (b"PK\x03\x04 and nothing more", "no whole ZIP"),
        (zipped(("a.txt", b"a")), "no manifest.json"),
        (zipped(("../a.txt", b"a")), "leads out"),
        (zipped(("/etc/passwd", b"a")), "leads out"),
        (zipped(("a/../../b", b"a")), "leads out"),
        (zipped(("C:/a", b"a")), "leads out"),
        (zipped(("a\\b", b"a")), "several ways"),
        (zipped((LINK, b"/etc/passwd")), "is a link"),
        (zipped(("bomb", bytes(4 << 20))), "times its size"),
        (zipped(("a", b"a"), method=zipfile.ZIP_BZIP2), "another way"),
        (zipped((MANIFEST, b"{"), (SIGNATURE, b"{}")), "cannot be read"),
        (zipped((MANIFEST, b"[" * 100_000), (SIGNATURE, b"{}")), "cannot be read"),
    ],
)  # fmt: skip
def test_what_is_no_pack_is_refused_in_one_line(content: bytes, why: str, tmp_path: Path) -> None:
    file = tmp_path / "pack.zip"
    file.write_bytes(content)
    with pytest.raises(Unreadable, match=why) as refused:
        checked(opened(file))
    assert "\n" not in str(refused.value)


def test_a_pack_cut_off_anywhere_or_with_a_byte_flipped_never_passes(pack: bytes) -> None:
    for cut in range(0, len(pack), max(1, len(pack) // 40)):
        with pytest.raises(Unreadable):
            checked(unpacked(pack[:cut], "p"), key=signer().public)
    whole = unpacked(pack, "p")
    for place in range(0, len(pack), max(1, len(pack) // 300)):
        flipped = pack[:place] + bytes([pack[place] ^ 0x55]) + pack[place + 1 :]
        try:
            files = unpacked(flipped, "p")
        except Unreadable:
            continue
        assert files == whole or not checked(files, key=signer().public).whole


def test_a_file_that_claims_to_be_larger_than_memory_is_not_read() -> None:
    bomb = bytearray(zipped(("a", bytes(100))))
    place = bomb.index(b"PK\x01\x02") + 24
    bomb[place : place + 4] = struct.pack("<I", 3_000_000_000)
    with pytest.raises(Unreadable, match="times its size|MiB"):
        unpacked(bytes(bomb), "p")


def test_the_command_checks_without_store_or_settings(
    pack: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MINGJING_STORE_DSN", "clickhouse://nobody@127.0.0.1:1/none")
    file = tmp_path / "pack.zip"
    file.write_bytes(pack)
    whole = CliRunner().invoke(app, ["check", str(file), "--key", signer().public])
    assert whole.exit_code == 0, whole.output
    assert "whole, the verdict follows from it" in whole.output
    assert "WHOSE key" in CliRunner().invoke(app, ["check", str(file)]).output
    files = unpacked(pack, "p")
    file.write_bytes(zipped(*((files | {"rule/rule.toml": b"severity = 3"}).items())))
    changed = CliRunner().invoke(app, ["check", str(file)])
    assert changed.exit_code == 1
    assert "WRONG rule/rule.toml: changed" in changed.output
