"""The pages of signing in, as plain HTML that needs no script."""

from urllib.parse import urlencode

from msgspec import Struct

from dashboards.components.markup import Html, facts, join, tag
from dashboards.words import LANGUAGES, Words
from mingjing.accounts.office import Standing

FORM = "form"
"""The hidden field that must equal the browser's form cookie."""

_STYLE = """
:root { color-scheme: light; }
body { margin: 0; background: #eef2f7; color: #14233a; font: 16px/1.6 'Source Han Sans SC', 'Noto Sans CJK SC',
  'Noto Sans SC', 'PingFang SC', 'Microsoft YaHei', 'Segoe UI', sans-serif; }
header { background: #12294d; color: #fff; padding: .7rem 1.25rem; display: flex; gap: .6rem; align-items: baseline; }
header b { font-size: 1.15rem; } header span { opacity: .8; flex: 1; } header a { color: #fff; }
main { max-width: 26rem; margin: 8vh auto 2rem; padding: 1.6rem 1.8rem; background: #fff; border: 1px solid #d3dbe6;
  border-radius: 4px; }
h1 { font-size: 1.25rem; margin: 0 0 1rem; } h2 { font-size: 1rem; margin: 1.6rem 0 .6rem; }
label { display: block; margin: .8rem 0; color: #51617a; font-size: .9rem; }
input { display: block; width: 100%; box-sizing: border-box; margin-top: .2rem; padding: .5rem .6rem; font: inherit;
  color: #14233a; border: 1px solid #9aa8bd; border-radius: 4px; }
button, a.button { display: block; width: 100%; box-sizing: border-box; padding: .55rem; margin-top: 1.1rem;
  font: inherit; color: #fff; background: #1f4e8c; border: 0; border-radius: 4px; cursor: pointer; text-align: center;
  text-decoration: none; }
button.quiet { color: #14233a; background: #eef2f7; border: 1px solid #9aa8bd; }
:focus-visible { outline: 3px solid #f0a020; outline-offset: 1px; }
.wrong { background: #fdecee; border-left: 4px solid #d7263d; padding: .5rem .8rem; margin: 0 0 1rem; }
.told { background: #e8f3ec; border-left: 4px solid #1b7046; padding: .5rem .8rem; margin: 0 0 1rem; }
small, dt { color: #51617a; font-size: .85rem; } dl { margin: 0; } dl div { display: flex; gap: .8rem; }
dt { min-width: 5rem; line-height: 1.9; } dd { margin: 0; }
"""


class Said(Struct, frozen=True):
    """A line above the form: what went wrong, or what has been done."""

    text: str
    wrong: bool = True


def sign_in(words: Words, form: str, onward: str, said: Said | None) -> str:
    """Account and password."""
    return _page(
        words,
        "sign_in",
        onward,
        _line(said),
        _form(
            "/sign-in",
            form,
            words,
            _field(words("signin.account"), "account", autocomplete="username", autofocus=True, maxlength=80),
            _field(words("signin.password"), "password", type_="password", autocomplete="current-password"),
            tag("button", words("signin.enter")),
            onward=onward,
        ),
        tag("small", words("signin.forgotten")),
    )


def providers(words: Words, names: dict[str, str], onward: str, said: Said | None) -> str:
    """Where to sign in with a provider of OpenID Connect: an address by each one's name."""
    links = [
        tag(
            "a",
            words("signin.with_one") if len(names) == 1 else words("signin.with", name=name),
            href=to,
            class_="button",
        )
        for name, to in names.items()
    ]
    return _page(words, "sign_in", onward, _line(said), *links)


def own(words: Words, form: str, standing: Standing, said: Said | None) -> str:
    """Who one is, another password, and the way out. Who must change the password sees only that."""
    person, parts = standing.person, [_line(said)]
    if standing.renew:
        parts.append(tag("p", words("signin.renew_first")))
    else:
        roles = words("signin.comma").join(words(f"role.{role}") for role in sorted(person.roles))
        named = [(words("signin.account"), person.account), (words("signin.name"), person.name or "—")]
        parts.append(
            facts([*named, (words("signin.roles"), roles), (words("signin.place"), place(standing.place, words))])
        )
        parts.append(tag("p", tag("a", words("signin.back"), href=f"/?lang={words.language}")))
    if standing.password:
        parts += [tag("h2", words("signin.change")), _change(words, form)]
    parts.append(_form("/sign-out", form, words, tag("button", words("signin.sign_out"), class_="quiet")))
    return _page(words, "renew" if standing.renew else "own", "", *parts)


def place(written: str, words: Words) -> str:
    """An account's place in words."""
    field, _, code = written.partition(":")
    if not code:
        return words("signin.everywhere") if written else "—"
    return words(f"signin.place_{field}", code=code)


def closed(words: Words, key: str) -> str:
    """A page that says only that something does not go, and why."""
    return _page(words, "sign_in", "", _line(Said(words(f"signin.{key}"))))


def onward_page(to: str) -> str:
    """A page that goes on by itself: the browser then comes from here, and brings the session's cookie along."""
    return _document("zh", "明镜", tag("meta", http_equiv="refresh", content=f"0; url={to}"), tag("a", "明镜", href=to))


def _change(words: Words, form: str) -> Html:
    return _form(
        "/password",
        form,
        words,
        _field(words("signin.old"), "old", type_="password", autocomplete="current-password"),
        _field(words("signin.new"), "new", type_="password", autocomplete="new-password"),
        _field(words("signin.again"), "again", type_="password", autocomplete="new-password"),
        tag("small", words("signin.rules")),
        tag("button", words("signin.change")),
    )


def _field(label: str, name: str, type_: str = "text", **more: str | int | bool) -> Html:
    return tag("label", label, tag("input", name_=name, type_=type_, required=True, **{"maxlength": 256, **more}))


def _form(action: str, form: str, words: Words, *parts: Html, onward: str = "") -> Html:
    hidden = {FORM: form, "lang": words.language, "next": onward}
    fields = [tag("input", type_="hidden", name_=name, value=value) for name, value in hidden.items() if value]
    return tag("form", *fields, *parts, method="post", action=action)


def _line(said: Said | None) -> Html:
    if said is None:
        return Html()
    return tag("p", said.text, class_="wrong" if said.wrong else "told", role="alert" if said.wrong else "status")


def _page(words: Words, title: str, onward: str, *parts: Html) -> str:
    other = next(language for language in LANGUAGES if language != words.language)
    query = urlencode({"lang": other} | ({"next": onward} if onward else {}))
    bar = tag(
        "header",
        tag("b", "明镜"),
        tag("span", "Mingjing"),
        tag("a", words("app.other_language"), href=f"?{query}", hreflang=other),
    )
    heading = words(f"signin.title_{title}")
    body = join(bar, tag("main", tag("h1", heading), *parts))
    return _document(words.language, heading, Html(f"<style>{_STYLE}</style>"), body)


def _document(language: str, title: str, head: Html, body: Html) -> str:
    opened = '<!doctype html><html lang="{}"><head><meta charset="utf-8">'.format("zh-CN" if language == "zh" else "en")
    wide = '<meta name="viewport" content="width=device-width, initial-scale=1">'
    return f"{opened}{wide}{tag('title', title)}{head}</head><body>{body}</body></html>"
