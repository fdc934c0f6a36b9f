"""Commands go through every organization, or the named ones; one that fails does not keep others from it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from lib.cli.main import main
from lib.store.usage_store import Store
from tests.cli.days import jan
from tests.tiny_api import KEY, TinyApi

SYNC = ["sync", "--start", "2026-01-01", "--end", "2026-01-03", "--source", "costs"]


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """Return the folder of two organizations, of which `acme` spends 1 and `beta` 2 dollars."""
    with TinyApi() as acme, TinyApi() as beta:
        for name, api, amount in (("ACME", acme, "1"), ("BETA", beta, "2")):
            api.put("costs", jan(2), {"amount": {"value": amount}, "line_item": "whisper"})
            monkeypatch.setenv(f"OPENAI_ADMIN_KEY_{name}", KEY)
            monkeypatch.setenv(f"OPENAI_BASE_URL_{name}", api.base_url)
        monkeypatch.setenv("USAGE_ORGANIZATIONS", "acme,beta")
        monkeypatch.setenv("USAGE_STORE_URI", str(tmp_path))
        yield tmp_path


def stored(folder: Path, name: str) -> bool:
    """Return whether anything of an organization is recorded."""
    return bool(Store(str(folder / "organizations" / name)).recorded_keys())


def test_all_organizations_are_fetched_each_into_its_own_store(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(SYNC) == 0

    assert [line.split(" requests")[0] for line in capsys.readouterr().out.splitlines()] == [
        "acme: costs: 1",
        "beta: costs: 1",
    ]
    assert stored(folder, "acme")
    assert stored(folder, "beta")


def test_only_the_named_organization_is_fetched(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*SYNC, "--organization", "beta", "--json"]) == 0

    assert list(json.loads(capsys.readouterr().out)) == ["beta"]
    assert not stored(folder, "acme")
    assert stored(folder, "beta")


def test_a_refused_key_is_named_and_the_others_are_fetched(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OPENAI_ADMIN_KEY_ACME", "sk-admin-revoked")

    assert main(SYNC) == 1

    said = capsys.readouterr()
    assert "acme: OpenAI does not accept the admin key" in said.err
    assert "sk-admin-revoked" not in said.err
    assert "beta: costs: 1 requests, 1 rows" in said.out
    assert stored(folder, "beta")


def test_verify_goes_through_all_stores(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(SYNC)
    capsys.readouterr()

    assert main(["verify"]) == 0
    assert capsys.readouterr().out == "acme: Costs: 3 days agree\nbeta: Costs: 3 days agree\n"
    assert folder.exists()


@pytest.mark.usefixtures("folder")
def test_an_unknown_organization_is_refused_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*SYNC, "--organization", "gamma"]) == 2

    assert capsys.readouterr().err == (
        "--organization gamma is not an organization here. There are acme, beta.\n"
    )


def test_a_key_without_a_name_cannot_be_asked_for_by_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OPENAI_ADMIN_KEY", KEY)

    assert main([*SYNC, "--organization", "acme"]) == 2

    assert "The settings name none." in capsys.readouterr().err
