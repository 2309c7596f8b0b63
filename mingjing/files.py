"""Attachments 附件: what they are by content, kept under their digest, never executed.

A file's name says nothing about what it is; its first bytes do. What is not in the small table below is refused.
Pictures are drawn anew, which drops what a camera wrote into them (place, owner) and what somebody hid behind them.
It is no virus scanner: a PDF or an Office file is handed out as it came, as a download only.
"""

import hashlib
import io
import os
import re
import tempfile
import zipfile
import zlib
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct
from PIL import Image, ImageOps, UnidentifiedImageError

from mingjing.errors import MingjingError

Type = Literal["pdf", "png", "jpg", "webp", "docx", "xlsx", "mp4", "txt"]

PICTURES: tuple[Type, ...] = ("png", "jpg", "webp")
NAME_LONGEST = 80
PIXELS_MOST = 50_000_000
WIDEST = 3_840
"""A picture's longer side, in pixels, after it was drawn anew."""

_SAME: dict[str, Type] = {"jpeg": "jpg", "jpe": "jpg", "log": "txt", "csv": "txt", "md": "txt"}
_MAGIC: tuple[tuple[int, bytes, Type], ...] = (
    (0, b"%PDF-", "pdf"),
    (0, b"\x89PNG\r\n\x1a\n", "png"),
    (0, b"\xff\xd8\xff", "jpg"),
    (8, b"WEBP", "webp"),
    (4, b"ftyp", "mp4"),
)
_OFFICE: tuple[tuple[str, str, Type], ...] = (
    ("word/document.xml", "wordprocessingml.document.main+xml", "docx"),
    ("xl/workbook.xml", "spreadsheetml.sheet.main+xml", "xlsx"),
)
_MP4_BRANDS = (b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"MSNV", b"qt  ")
_ACTIVE_PDF = re.compile(rb"/(JavaScript|JS|Launch|EmbeddedFile|RichMedia)\b")
_ACTIVE_OFFICE = re.compile(r"vbaProject|vbaData|/activeX/|/embeddings/|macrosheets", re.IGNORECASE)
_MARKUP = re.compile(r"\s*(<!doctype|<\?|<html|<script|<svg|<!--|#!)", re.IGNORECASE)
_DIGEST = re.compile(r"[0-9a-f]{64}")
_ZIP_FILES, _ZIP_TIMES, _ZIP_LEAST = 2_000, 50, 10 << 20


class Refused(MingjingError):
    """A file that is not kept. `word` says why (a key of the catalogues' section `refused`), `places` fill it."""

    def __init__(self, word: str, **places: str | int) -> None:
        self.word, self.places = word, places
        super().__init__(f"{places.get('name', 'file')}: {word}" + (f" ({places['is_']})" if "is_" in places else ""))


class Attachment(Struct, frozen=True, kw_only=True):
    """A file that is kept: its SHA-256 names it, `name` is what a download is called, `size` is in bytes."""

    digest: str
    name: str
    type: Type
    size: int


def clean_name(name: str, type_: Type) -> str:
    """A name without folders, control characters or marks that a file system or a shell minds; ends as the type does.

    >>> clean_name("../../etc/pass wd;<b>.PDF", "pdf")
    'pass wd_b_.pdf'
    """
    last = re.split(r"[/\\]", name)[-1]
    stem = last.rpartition(".")[0] if "." in last else last
    kept = "".join(mark if mark.isprintable() and mark not in "<>:\"|?*;&$`%'" else "_" for mark in stem)
    kept = re.sub(r"__+", "_", kept).strip(" .").encode("utf-8", "ignore").decode()[:NAME_LONGEST]
    return f"{kept or 'file'}.{type_}"


def recognise(content: bytes, name: str = "file") -> Type:
    """What a file is by its content. Refused if it is nothing that we keep, holds programs, or is another thing than
    its name says.
    """
    is_ = _by_magic(content, name) or _text(content)
    if is_ is None:
        raise Refused("unknown", name=name)
    said = name.rpartition(".")[2].lower() if "." in name else ""
    if said and _SAME.get(said, said) != is_:
        raise Refused("disguised", name=name, is_=is_)
    return is_


def keep(folder: Path, content: bytes, name: str, limit_mb: int) -> Attachment:
    """Keeps a file under its SHA-256, readable by this service's account alone; the same content is kept once.

    Refused: empty, more than `limit_mb` MiB, or not what `recognise` lets in. OSError: the folder cannot be written.
    """
    shown = clean_name(name, "txt").removesuffix(".txt") if len(name) > NAME_LONGEST else name
    if not content:
        raise Refused("empty", name=shown)
    if len(content) > limit_mb << 20:
        raise Refused("large", name=shown, size=f"{len(content) / (1 << 20):.1f}", limit=limit_mb)
    type_ = recognise(content, shown)
    if type_ in PICTURES:
        content = _drawn_anew(content, type_, shown)
    digest = hashlib.sha256(content).hexdigest()
    kept = Attachment(digest=digest, name=clean_name(name, type_), type=type_, size=len(content))
    place = _place(folder, digest)
    if not place.exists():
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(place.with_suffix(".json"), msgspec.json.encode(kept))
        _write(place, content)
    return about(folder, digest) or kept


def about(folder: Path, digest: str) -> Attachment | None:
    """What is kept under a digest; None for an unknown one, or for what is no digest."""
    if not _DIGEST.fullmatch(digest):
        return None
    try:
        return msgspec.json.decode(_place(folder, digest).with_suffix(".json").read_bytes(), type=Attachment)
    except FileNotFoundError:
        return None


def read(folder: Path, digest: str) -> bytes:
    """The content kept under a digest. Refused if there is none, or if it is no longer what the digest says."""
    if not _DIGEST.fullmatch(digest):
        raise Refused("missing", name=digest[:NAME_LONGEST])
    try:
        content = _place(folder, digest).read_bytes()
    except FileNotFoundError:
        raise Refused("missing", name=digest) from None
    if hashlib.sha256(content).hexdigest() != digest:
        raise Refused("altered", name=digest)
    return content


def _place(folder: Path, digest: str) -> Path:
    return folder / digest[:2] / digest


def _write(place: Path, content: bytes) -> None:
    """All or nothing, and for nobody else to read: a half-written file never has its name."""
    handle, half = tempfile.mkstemp(dir=place.parent)  # mode 0600
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        Path(half).replace(place)
    except BaseException:
        Path(half).unlink(missing_ok=True)
        raise


def _by_magic(content: bytes, name: str) -> Type | None:
    if content[:4] == b"PK\x03\x04":
        return _office(content, name)
    found: Type | None = next((type_ for at, magic, type_ in _MAGIC if content[at : at + len(magic)] == magic), None)
    if found == "webp" and content[:4] != b"RIFF":
        return None
    if found == "mp4" and content[8:12] not in _MP4_BRANDS:
        return None
    if found == "pdf":
        if b"%%EOF" not in content[-2048:]:
            raise Refused("broken", name=name)
        if _ACTIVE_PDF.search(content):
            raise Refused("active", name=name)
    return found


def _office(content: bytes, name: str) -> Type | None:
    """DOCX and XLSX without macros, embedded objects, paths out of the file, or more inside than outside suggests."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            inside = packed.infolist()
            names = {one.filename for one in inside}
            if len(inside) > _ZIP_FILES or sum(one.file_size for one in inside) > max(
                _ZIP_LEAST, _ZIP_TIMES * len(content)
            ):
                raise Refused("bomb", name=name)
            if any(one.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", one) for one in names):
                raise Refused("broken", name=name)
            if "[Content_Types].xml" not in names:
                return None
            types = packed.read("[Content_Types].xml").decode("utf-8", "replace")
            if any(map(_ACTIVE_OFFICE.search, names)) or "macroEnabled" in types:
                raise Refused("active", name=name)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error):
        raise Refused("broken", name=name) from None
    return next((type_ for part, said, type_ in _OFFICE if part in names and said in types), None)


def _text(content: bytes) -> Type | None:
    """Plain text in UTF-8 or GB 18030 without control characters; no page, picture or script in disguise."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        plain = all(mark >= " " or mark in "\t\r\n\f" for mark in text) and "\x7f" not in text
        return "txt" if plain and not _MARKUP.match(text) else None
    return None


def _drawn_anew(content: bytes, type_: Type, name: str) -> bytes:
    """The picture's points alone, upright: no place, no owner, nothing behind its end."""
    out = io.BytesIO()
    try:
        with Image.open(io.BytesIO(content), formats=["PNG", "JPEG", "WEBP"]) as opened:
            if opened.width * opened.height > PIXELS_MOST:
                raise Refused("pixels", name=name, limit=PIXELS_MOST // 1_000_000)
            upright = ImageOps.exif_transpose(opened)
            upright.thumbnail((WIDEST, WIDEST))
            drawn = upright.convert("RGB" if type_ == "jpg" or upright.mode not in ("RGBA", "LA", "P") else "RGBA")
            drawn.info.clear()
            drawn.save(out, {"jpg": "JPEG", "png": "PNG", "webp": "WEBP"}[type_], quality=88)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise Refused("broken", name=name) from None
    return out.getvalue()
