"""What `[access]` and `[auth]` of the secrets file say, and what they must not."""

import datetime as dt
import re
import tomllib
from collections.abc import Mapping

import pytest

from lib.access.declared import check_address, is_every_interface, load_access
from lib.access.rules import Access, Role, Rule, SignIn
from lib.configuration.secrets_files import ROOT
from lib.errors import SettingsError

AUTH = {
    "redirect_uri": "https://usage.example.com/oauth2callback",
    "cookie_secret": "s" * 32,
    "client_id": "usage",
    "client_secret": "hidden",
    "server_metadata_url": "https://id.example.com/.well-known/openid-configuration",
}
ADMINS = {"emails": ["*@Finance.example"], "groups": ["finance"], "role": "admin"}


def read(access: object = None, auth: object = None, **environ: str) -> Access:
    secrets = {name: said for name, said in (("access", access), ("auth", auth)) if said is not None}
    return load_access(secrets, environ)


def test_without_a_declaration_nobody_signs_in() -> None:
    assert read() == Access()
    assert read({}) == Access()


def test_everything_that_can_be_declared_is_read() -> None:
    declared = {
        "groups_claim": "roles",
        "session_hours": 8,
        "hosts": ["Usage.internal"],
        "audit_log": "logs/audit.log",
        "rule": [ADMINS, {"groups": ["growth"], "role": "viewer", "projects": ["Search", "proj_a"]}],
    }

    assert read(declared, AUTH) == Access(
        SignIn.OIDC,
        rules=(
            Rule(Role.ADMIN, ("*@finance.example",), ("finance",)),
            Rule(Role.VIEWER, groups=("growth",), projects=frozenset({"Search", "proj_a"})),
        ),
        groups_claim="roles",
        session=dt.timedelta(hours=8),
        hosts=("usage.internal", "usage.example.com"),
        audit_log=ROOT / "logs" / "audit.log",
    )


def test_several_providers_go_by_their_names() -> None:
    provider = {name: AUTH[name] for name in ("client_id", "client_secret", "server_metadata_url")}
    shared = {name: AUTH[name] for name in ("redirect_uri", "cookie_secret")}

    assert read(auth={**shared, "okta": provider, "google": provider}).providers == ("okta", "google")


def test_a_proxy_can_say_who_people_are() -> None:
    read_ = read({"email_header": "X-Forwarded-Email", "groups_header": "X-Forwarded-Groups"})

    assert (read_.sign_in, read_.email_header, read_.groups_header) == (
        SignIn.HEADER,
        "X-Forwarded-Email",
        "X-Forwarded-Groups",
    )


@pytest.mark.parametrize(
    ("access", "auth", "said"),
    [
        ("yes", None, "[access] in .streamlit/secrets.toml must be a table."),
        ({"open": "yes"}, None, "[access] open in .streamlit/secrets.toml must be true or false."),
        (
            {"session_hours": 0},
            AUTH,
            "[access] session_hours in .streamlit/secrets.toml must be a number of hours",
        ),
        ({"session_hours": float("nan")}, AUTH, "[access] session_hours in"),
        ({"hosts": "usage"}, AUTH, "[access] hosts in .streamlit/secrets.toml must be a list of texts"),
        (
            {"email_header": "X Email"},
            None,
            "[access] email_header in .streamlit/secrets.toml must be the name",
        ),
        (
            {"sessions": 1},
            AUTH,
            "[access] sessions in .streamlit/secrets.toml is not a setting. [access] takes",
        ),
        ({"sk-admin-1": 1}, AUTH, "An entry of [access] in .streamlit/secrets.toml is not a setting."),
        ({"rule": {"role": "admin"}}, AUTH, "[access] rule in .streamlit/secrets.toml must be tables"),
        (
            {"rule": [{"emails": ["*@a"]}]},
            AUTH,
            "[[access.rule]] role in .streamlit/secrets.toml must be there",
        ),
        (
            {"rule": [{**ADMINS, "role": "owner"}]},
            AUTH,
            "[[access.rule]] role in .streamlit/secrets.toml must be one",
        ),
        (
            {"rule": [{**ADMINS, "role": ["admin"]}]},
            AUTH,
            "[[access.rule]] role in .streamlit/secrets.toml must be",
        ),
        (
            {"rule": [{**ADMINS, "emails": ["finance"]}]},
            AUTH,
            "[[access.rule]] emails in .streamlit/secrets.toml",
        ),
        (
            {"rule": [{**ADMINS, "emails": "*@a"}]},
            AUTH,
            "[[access.rule]] emails in .streamlit/secrets.toml must be",
        ),
        (
            {"rule": [{**ADMINS, "projects": ["x"]}]},
            AUTH,
            "An [[access.rule]] with projects must be for viewers",
        ),
        (
            {"rule": [{**ADMINS, "projects": "x"}]},
            AUTH,
            "[[access.rule]] projects in .streamlit/secrets.toml must be a list",
        ),
        (
            {"rule": [{**ADMINS, "teams": ["x"]}]},
            AUTH,
            "An [[access.rule]] with teams must be for viewers",
        ),
        (
            {"rule": [{**ADMINS, "role": "viewer", "teams": ["x"], "projects": ["y"]}]},
            AUTH,
            "An [[access.rule]] names projects and teams. Take one of them",
        ),
        (
            {"rule": [{**ADMINS, "boss": ["x"]}]},
            AUTH,
            "[[access.rule]] boss in .streamlit/secrets.toml is not a setting.",
        ),
        ({"rule": [{"role": "admin"}]}, AUTH, "An [[access.rule]] names nobody"),
        ({"rule": [{"role": "admin", "emails": [], "groups": []}]}, AUTH, "An [[access.rule]] names nobody"),
        ({"rule": [ADMINS]}, None, "[[access.rule]] names people, but nobody can sign in."),
        ({"email_header": "X-Email"}, AUTH, "[access] email_header and [auth] cannot be used together"),
        (None, "google", "[auth] in .streamlit/secrets.toml must be a table."),
        (None, {}, "[auth] in .streamlit/secrets.toml lacks redirect_uri, cookie_secret, client_id"),
        (None, {**AUTH, "client_id": " "}, "[auth] in .streamlit/secrets.toml lacks client_id."),
        (None, {**AUTH, "cookie_secret": 7}, "[auth] in .streamlit/secrets.toml lacks cookie_secret."),
        (None, {**AUTH, "cookie_secret": "short"}, "[auth] cookie_secret must have at least 32 characters"),
        (
            None,
            {**AUTH, "redirect_uri": "https://usage.example.com/"},
            "[auth] redirect_uri must be the app's",
        ),
        (None, {**AUTH, "redirect_uri": "http://[/oauth2callback"}, "[auth] redirect_uri must be the app's"),
    ],
)
def test_what_is_wrong_is_named_and_never_quoted(access: object, auth: object, said: str) -> None:
    with pytest.raises(SettingsError) as raised:
        read(access, auth)

    assert str(raised.value).startswith(said)
    assert "hidden" not in str(raised.value)
    assert raised.value.__context__ is None


@pytest.mark.parametrize(
    ("address", "everywhere"),
    [("localhost", False), ("10.0.0.5", False), ("0.0.0.0", True), ("::", True), ("", True), (None, True)],  # noqa: S104
)
def test_some_addresses_are_every_interface(address: str | None, *, everywhere: bool) -> None:
    assert is_every_interface(address) is everywhere


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "10.0.0.5", "usage.internal", "", None])  # noqa: S104
def test_beyond_this_machine_somebody_has_to_sign_in_or_it_is_declared_open(address: str | None) -> None:
    with pytest.raises(SettingsError, match="nobody has to sign in"):
        check_address(read(), address)
    for declared in (read(auth=AUTH), read({"open": True}), read(USAGE_ACCESS_OPEN="true")):
        check_address(declared, address)


@pytest.mark.parametrize("address", ["localhost", "127.0.0.1", "::1"])
def test_on_this_machine_nobody_has_to_sign_in(address: str) -> None:
    check_address(read(), address)


@pytest.mark.parametrize(
    ("address", "refused"),
    [("0.0.0.0", True), (None, True), ("::", True), ("10.0.0.5", False), ("localhost", False)],  # noqa: S104
)
def test_a_proxys_word_counts_only_where_nobody_else_can_say_it(
    address: str | None, *, refused: bool
) -> None:
    declared = read({"email_header": "X-Email", "open": True})

    if refused:
        with pytest.raises(SettingsError, match="email_header trusts what a proxy says"):
            check_address(declared, address)
    else:
        check_address(declared, address)


def test_open_is_said_by_one_word_of_the_environment() -> None:
    said: Mapping[str, bool] = {"true": True, "1": True, " YES ": True, "": False, "0": False, "no": False}

    assert {word: read(USAGE_ACCESS_OPEN=word).is_open for word in said} == said


def test_what_the_documentation_shows_can_be_declared() -> None:
    page = (ROOT / "docs" / "access.md").read_text(encoding="utf-8")
    shown = [
        tomllib.loads(block) for block in re.findall(r"^```toml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    ]
    auth = shown[0]["auth"] | {"cookie_secret": AUTH["cookie_secret"]}

    declared = [
        read(each.get("access"), auth if "rule" in each.get("access", {}) else None) for each in shown
    ]

    assert [(d.sign_in, len(d.rules), d.is_open) for d in declared] == [
        (SignIn.NONE, 0, False),
        (SignIn.OIDC, 2, False),
        (SignIn.OIDC, 1, False),
        (SignIn.OIDC, 1, False),
        (SignIn.HEADER, 0, False),
        (SignIn.NONE, 0, False),
        (SignIn.NONE, 0, True),
    ]
    assert read(auth=auth).sign_in is SignIn.OIDC


def declared_with(text: str) -> list[object]:
    """Return declarations that hold `text` in one place each."""
    rules: list[dict[str, object]] = [{"emails": ["*@*"], "groups": [text], "role": "viewer"}]
    scoped = [{"emails": ["*@*"], "projects": [text], "role": "viewer"}]
    return [{"audit_log": text}, {"groups_claim": text}, {"hosts": [text]}, {"rule": rules}, {"rule": scoped}]


@pytest.mark.parametrize("declared", declared_with("a"))
def test_one_letter_is_text_enough(declared: object) -> None:
    read(declared, AUTH)


@pytest.mark.parametrize("declared", declared_with(""))
def test_empty_text_is_refused_everywhere(declared: object) -> None:
    with pytest.raises(SettingsError, match=r"in \.streamlit/secrets\.toml must be"):
        read(declared, AUTH)


@pytest.mark.parametrize(("length", "is_refused"), [(31, True), (32, False)])
def test_a_secret_that_signs_cookies_has_thirty_two_letters_at_least(
    length: int, *, is_refused: bool
) -> None:
    secret = AUTH | {"cookie_secret": "s" * length}
    if is_refused:
        with pytest.raises(SettingsError, match="at least 32 characters"):
            read(auth=secret)
    else:
        assert read(auth=secret).sign_in is SignIn.OIDC


@pytest.mark.parametrize(("hours", "is_refused"), [(0.5, False), (720, False), (721, True), (-1, True)])
def test_a_sign_in_holds_for_a_month_at_most(hours: float, *, is_refused: bool) -> None:
    if is_refused:
        with pytest.raises(SettingsError, match="must be a number of hours, at most 720"):
            read({"session_hours": hours}, AUTH)
    else:
        assert read({"session_hours": hours}, AUTH).session == dt.timedelta(hours=hours)
