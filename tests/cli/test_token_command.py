"""Tokens on the command line: made and shown once, listed without it, and revoked."""

import getpass
import json
from pathlib import Path

import pytest

from lib.cli.main import main
from lib.settings import Settings
from lib.store.token_keeping import kept_tokens

pytestmark = pytest.mark.usefixtures("api")


def made(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["token", "create", *arguments]) == 0
    return capsys.readouterr().out.strip()


def listed(capsys: pytest.CaptureFixture[str]) -> list[list[str]]:
    assert main(["token", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    return [[cell.strip() for cell in line.split("  ") if cell.strip()] for line in lines]


def test_a_token_is_printed_once_and_kept_as_a_hash(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["token", "create", "Grafana", "--project", "proj_a", "--project", "Web"]) == 0

    out, err = capsys.readouterr()
    secret = out.strip()
    assert secret.startswith("usage_")
    assert "and shows projects proj_a, Web. It is not shown again" in err
    (row,) = listed(capsys)[1:]
    who = f"{getpass.getuser()} (on the server)"
    assert [row[1], row[2], *row[4:]] == ["Grafana", "holds", who, "projects proj_a, Web"]
    kept = [file.read_bytes() for file in (tmp_path / "store").rglob("*") if file.is_file()]
    assert kept
    assert not [content for content in kept if secret.encode() in content]


def test_a_token_is_revoked_by_its_name_or_id(capsys: pytest.CaptureFixture[str]) -> None:
    made(capsys, "Grafana")
    made(capsys, "Excel", "--days", "1")
    ids = {row[1]: row[0] for row in listed(capsys)}

    assert main(["token", "revoke", "Grafana"]) == 0
    assert capsys.readouterr().err == f"The token “Grafana” ({ids['Grafana']}) lets nobody in any more.\n"
    assert main(["token", "revoke", ids["Excel"]]) == 0
    capsys.readouterr()

    assert [row[2] for row in listed(capsys)] == ["state", "revoked", "revoked"]
    made(capsys, "Grafana")  # its name is free again
    assert [row[2] for row in listed(capsys)] == ["state", "revoked", "revoked", "holds"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["create", ""], "Give the token a name, such as what will use it."),
        (["create", "a", "--days", "0"], "A token can be made for 1 to 730 days, not for 0."),
        (["create", "a", "--project", "p", "--team", "t"], "Narrow a token to projects or to teams: "),
        (["create", "a", "--organization", "acme"], "--organization acme is not an organization here."),
        (["revoke", "Grafana"], "There is no token called Grafana. See python -m lib token list."),
    ],
)
def test_what_cannot_be_done_is_said(
    capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert main(["token", *arguments]) == 2

    out, err = capsys.readouterr()
    assert (out, err[: len(said)]) == ("", said)
    assert len(listed(capsys)) == 1


def test_who_made_and_revoked_a_token_stands_in_the_audit_log(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    secret = made(capsys, "Grafana")
    listed(capsys)
    main(["token", "revoke", "Grafana"])

    text = (tmp_path / "store" / "audit.log").read_text()
    lines = [json.loads(line) for line in text.splitlines()]
    assert [(line["event"], line["what"]) for line in lines] == [
        ("change", "command line: token create Grafana"),
        ("change", "command line: token revoke Grafana"),
    ]
    assert secret not in text


def test_tokens_are_the_instances_own_however_many_organizations_there_are(tmp_path: Path) -> None:
    whole = str(tmp_path)
    one = Settings("sk-a", store_uri=f"{whole}/organizations/acme", organization="acme")
    both = Settings(None, store_uri=whole, organizations=(one, one))

    assert {each.instance_store for each in (Settings("sk", store_uri=whole), one, both)} == {whole}
    assert kept_tokens(one).read() == ()
