"""Keys of the seal: made once, kept to their owner, and said to be missing, foreign or broken."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mingjing.errors import UsageError
from mingjing.record.keys import SIGNING, TRUSTED, Signer, make, read_public, renew, signer, trust, trusted, verified


def test_the_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    one = signer(tmp_path / "seal")
    file = tmp_path / "seal" / SIGNING
    assert file.stat().st_mode & 0o777 == 0o600
    assert signer(tmp_path / "seal").public == one.public
    assert list(trusted(tmp_path / "seal")) == [one.public]
    assert [path.name for path in (tmp_path / "seal").iterdir() if path.name.startswith(".")] == []


def test_processes_that_start_together_make_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = {one.public for one in pool.map(make, [tmp_path / "seal"] * 8)}
    assert len(made) == 1


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    signer(tmp_path)
    (tmp_path / SIGNING).chmod(0o640)
    with pytest.raises(UsageError, match="others may read it: chmod 600"):
        signer(tmp_path)


@pytest.mark.parametrize(
    ("folder", "mode", "right"), [(TRUSTED, 0o770, "others .* chmod go-w"), (".", 0o707, "everybody .* chmod o-w")]
)
def test_a_folder_that_others_can_put_keys_into_is_refused(tmp_path: Path, folder: str, mode: int, right: str) -> None:
    signer(tmp_path)
    (tmp_path / folder).chmod(mode)
    with pytest.raises(UsageError, match=right):
        trusted(tmp_path)


@pytest.mark.parametrize(
    "content", [b"", b"rubbish", Signer.fresh().private_pem()[:60]], ids=["empty", "rubbish", "cut"]
)
def test_a_broken_key_is_named(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / SIGNING
    file.write_bytes(content)
    file.chmod(0o600)
    with pytest.raises(UsageError, match=r"signing.key: is no private key of a seal .*put it back from a copy"):
        signer(tmp_path)


def test_a_missing_key_is_not_replaced_in_silence(tmp_path: Path) -> None:
    """Somebody may have taken it; whoever knows why makes a new one."""
    old = signer(tmp_path)
    (tmp_path / SIGNING).unlink()
    with pytest.raises(UsageError, match="is missing, though .* holds keys"):
        signer(tmp_path)
    new = renew(tmp_path)
    assert set(trusted(tmp_path)) == {old.public, new.public}
    assert renew(tmp_path).public not in {old.public, new.public}
    assert len(trusted(tmp_path)) == 3


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="the seal's key cannot be kept there"):
        signer(tmp_path / "file" / "seal")


def test_another_machines_public_key_can_be_trusted_and_a_private_one_cannot(tmp_path: Path) -> None:
    other = signer(tmp_path / "other")
    file = trust(tmp_path / "here", other.public)
    assert read_public(file) == other.public
    with pytest.raises(UsageError, match="is no public key of a seal"):
        read_public(tmp_path / "other" / SIGNING)
    with pytest.raises(UsageError, match="cannot be read"):
        read_public(tmp_path / "nothing.pem")


def test_a_signature_is_good_for_its_key_its_text_its_purpose_and_its_spelling() -> None:
    key = Signer.fresh()
    signature = key.sign("ab")
    assert verified(key.public, "ab", signature)
    assert not verified(key.public, "ac", signature)
    assert not verified(key.public, "ab", signature, purpose="pack")
    assert not verified(Signer.fresh().public, "ab", signature)
    assert not verified(key.public, "ab", signature.upper())
    assert not verified(key.public, "ab", "")
    assert not verified("", "ab", signature)
