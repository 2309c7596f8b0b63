"""Attachments: only what is known by its content is kept, drawn anew where it is a picture, never as a path says."""

import io
import stat
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from mingjing import files
from mingjing.files import Refused, clean_name, keep, read, recognise

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
MP4 = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"


def picture(kind: str = "JPEG", size: tuple[int, int] = (40, 30), exif: bool = False) -> bytes:
    out, drawn = io.BytesIO(), Image.new("RGB", size, (20, 90, 160))
    tags = drawn.getexif()
    if exif:
        tags[0x013B] = "WANG XIAOMING"  # artist
        tags[0x0112] = 6  # lies on its side
    drawn.save(out, kind, exif=tags)
    return out.getvalue()


def office(part: str, said: str, **more: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", f'<Types><Override ContentType="application/{said}"/></Types>')
        packed.writestr(part, "<x/>")
        for name, content in more.items():
            packed.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return out.getvalue()


DOCX = office("word/document.xml", "vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml")
XLSX = office("xl/workbook.xml", "vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml")


@pytest.mark.parametrize(
    ("content", "type_"),
    [
        (PDF, "pdf"),
        (picture("PNG"), "png"),
        (picture("JPEG"), "jpg"),
        (picture("WEBP"), "webp"),
        (DOCX, "docx"),
        (XLSX, "xlsx"),
        (MP4, "mp4"),
        ("情况说明：系统故障。".encode(), "txt"),
        ("情况说明：系统故障。".encode("gb18030"), "txt"),
    ],
)
def test_a_file_is_what_its_content_says(content: bytes, type_: str, tmp_path: Path) -> None:
    assert recognise(content) == type_
    kept = keep(tmp_path, content, f"说明.{type_}", 1)
    assert (kept.type, kept.name) == (type_, f"说明.{type_}")
    assert recognise(read(tmp_path, kept.digest)) == type_


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("a.pdf", b"", "empty"),
        ("a.pdf", b"MZ\x90\x00\x03\x00\x00\x00", "unknown"),
        ("a.txt", b"\x7fELF\x02\x01\x01", "unknown"),
        ("a.txt", b"#!/bin/sh\nrm -rf .", "unknown"),
        ("a.txt", b" <script>alert(1)</script>", "unknown"),
        ("a.svg", b'<?xml version="1.0"?><svg onload="x()"/>', "unknown"),
        ("a.png", picture("JPEG"), "disguised"),
        ("a.exe", PDF, "disguised"),
        ("a.pdf", PDF[:20], "broken"),
        ("a.pdf", PDF.replace(b"<<>>endobj", b"<</S/JavaScript>>endobj"), "active"),
        ("a.jpg", picture()[:60], "broken"),
        ("a.zip", office("readme", "zip"), "unknown"),
        ("a.docx", office("word/document.xml", "ms-word.document.macroEnabled.main+xml"), "active"),
        ("a.docx", office("word/document.xml", "x", word__vbaProject_dot_bin=b"x"), "active"),
        ("a.docx", office("word/document.xml", "x", **{"..__..__evil": b"x"}), "broken"),
        ("a.xlsx", office("xl/workbook.xml", "x", big=bytes(11 << 20)), "bomb"),
        ("a.docx", DOCX[:40], "broken"),
        ("a.txt", b"x" * ((1 << 20) + 1), "large"),
        ("a.mp4", b"\x00\x00\x00\x18ftypheic", "unknown"),
    ],
)  # fmt: skip
def test_what_is_not_known_or_not_what_it_says_is_refused(name: str, content: bytes, word: str, tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        keep(tmp_path, content, name, 1)
    assert refused.value.word == word
    assert not list(tmp_path.rglob("*"))


def test_a_picture_forgets_who_took_it_and_what_hides_behind_it(tmp_path: Path) -> None:
    kept = keep(tmp_path, picture(exif=True) + b"<script>hidden</script>", "a.jpg", 1)
    content = read(tmp_path, kept.digest)
    assert b"WANG" not in content
    assert b"script" not in content
    with Image.open(io.BytesIO(content)) as drawn:
        assert not drawn.getexif()
        assert drawn.size == (30, 40)  # upright


def test_a_picture_that_would_fill_the_memory_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "PIXELS_MOST", 1000)
    with pytest.raises(Refused, match="pixels"):
        keep(tmp_path, picture("PNG"), "a.png", 1)


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Windows\\evil.exe", "evil.pdf"),
        ("a\x00b\nc.pdf", "a_b_c.pdf"),
        ("<b>x</b>.pdf", "b_.pdf"),
        (" . ", "file.pdf"),
        ("x" * 500 + ".pdf", "x" * 80 + ".pdf"),
        ("行政许可决定书.PDF", "行政许可决定书.pdf"),
        ("a\u202efdp.exe", "a_fdp.pdf"),
    ],
)
def test_names_are_only_names(name: str, clean: str) -> None:
    assert clean_name(name, "pdf") == clean


def test_files_are_for_the_service_alone_and_kept_once(tmp_path: Path) -> None:
    one, again = keep(tmp_path, PDF, "a.pdf", 1), keep(tmp_path, PDF, "b.pdf", 1)
    assert one == again
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(kept) == 2
    assert {stat.S_IMODE(path.stat().st_mode) for path in kept} == {0o600}


@pytest.mark.parametrize("digest", ["../../etc/passwd", "0" * 64, "", "A" * 64, "a" * 63 + "/"])
def test_only_a_digest_is_looked_up(digest: str, tmp_path: Path) -> None:
    assert files.about(tmp_path, digest) is None
    with pytest.raises(Refused, match="missing"):
        read(tmp_path, digest)


def test_a_file_that_was_changed_on_the_disk_is_not_handed_out(tmp_path: Path) -> None:
    kept = keep(tmp_path, PDF, "a.pdf", 1)
    (tmp_path / kept.digest[:2] / kept.digest).write_bytes(PDF + b"!")
    with pytest.raises(Refused, match="altered"):
        read(tmp_path, kept.digest)
