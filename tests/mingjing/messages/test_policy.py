"""Who is told of what: the file, and every mistake in it with its line."""

from pathlib import Path

import pytest

from mingjing.errors import BookError, UsageError
from mingjing.messages.policy import Policy, load, secret

GOOD = """
page = "https://desk.mingjing.example/"

[mail]
host = "mail.mingjing.example"
sender = "mingjing@mingjing.example"
user = "mingjing"
password = "env:MAIL_PASSWORD"

[[to]]
name = "county office"
mail = ["office@mingjing.example", "deputy@mingjing.example"]
severities = [3]

[[to]]
name = "platform"
url = "https://hook.mingjing.example/findings"
secret = "file:/run/secrets/hook"
about = ["issued", "closed"]
"""


def test_the_example_of_the_docs_is_read(tmp_path: Path) -> None:
    policy = load(written(tmp_path, GOOD))
    assert [(one.name, one.how, one.severities) for one in policy.to] == [
        ("county office", "mail", (3,)),
        ("platform", "web", (2, 3)),
    ]
    assert policy.page == "https://desk.mingjing.example"
    assert policy.mail is not None
    assert policy.mail.security == "starttls"


def test_without_a_file_nobody_is_told() -> None:
    assert load(None) == Policy()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"env:MAIL_PASSWORD"', '"hunter2"', "4: mail: password must say where it stands"),
        ('user = "mingjing"', 'user = "mingjing"\nsecurity = "none"', "never sent without encryption"),
        ('sender = "mingjing@', 'sender = "a b@', "is no mail address"),
        ('"deputy@mingjing.example"', '"deputy@x\\nBcc: all@y"', "is no mail address"),
        ('name = "platform"', 'name = "county office"', "15: name 'county office' is taken"),
        ("https://hook", "http://hook", "15: url must begin with https://"),
        ("https://hook", "https:" + "//[hook", "15: url is no address"),
        ("https://hook", "https://me:pw@hook", "no user and no password"),
        ('"file:/run/secrets/hook"', '"abc"', "secret must say where the key"),
        ('"issued", "closed"', '"isued"', "15: Invalid enum value"),
        ("severities = [3]", "severities = [4]", "10: expected"),
        ("severities = [3]", "severity = 3", "10: unknown key severity"),
        ('mail = ["office', 'url = "https://x.mingjing.example"\nmail = ["office', "not both"),
        ('page = "https', 'pages = 1\npage = "https', "2: unknown key 'pages'"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    """An installation must not find out in an emergency that nobody was told."""
    assert old in GOOD
    with pytest.raises(BookError) as wrong:
        load(written(tmp_path, GOOD.replace(old, new, 1)))
    assert said.lower() in str(wrong.value).lower()
    assert "hunter2" not in str(wrong.value)


def test_a_secret_stands_elsewhere(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("from a file\n")
    assert secret(f"file:{file}") == "from a file"
    assert secret("env:KEY", {"KEY": "from there"}) == "from there"
    assert secret("") == ""
    for missing in ("env:OTHER", f"file:{tmp_path / 'none'}"):
        with pytest.raises(UsageError):
            secret(missing, {})


def written(directory: Path, text: str) -> str:
    path = directory / "messages.toml"
    path.write_text(text)
    return str(path)
