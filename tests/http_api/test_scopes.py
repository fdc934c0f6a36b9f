"""What a token was made for is all that it shows: no answer tells that there is more."""

from pathlib import Path
from typing import Any

import pytest
import streamlit as st

from lib.http_api.answer_kinds import KINDS
from lib.openai_admin.name_lists import Name
from tests.http_api.service import NOW, Service, billed, november, put, used

pytestmark = pytest.mark.xdist_group("scopes of tokens")
OWN = {
    "costs": [billed(day, f"{day}.5", api_key_id="key_a", user_id="user_a") for day in range(1, 21)],
    "completions": [used(day, 1_000_000 * day, api_key_id="key_a", user_id="user_a") for day in range(1, 21)],
}
OTHERS = {
    "costs": [
        billed(3, "-7", "proj_b", line_item="credit"),
        *(billed(day, "99", "proj_b", api_key_id="key_b") for day in range(1, 21)),
        billed(4, "5", None),
    ],
    "completions": [used(day, 9_000_000, "proj_b", model="secret-model") for day in range(1, 21)],
    "embeddings": [{"start": "2026-11-02", "project_id": "proj_b", "input_tokens": 7}],
}
NAMES = [
    Name("project", "proj_a", "Web", first_seen=NOW, last_seen=NOW),
    Name("api_key", "key_a", "CI", project_id="proj_a", first_seen=NOW, last_seen=NOW),
    Name("user", "user_a", "Ada", first_seen=NOW, last_seen=NOW),
]
OTHER_NAMES = [
    Name("project", "proj_b", "Hidden", first_seen=NOW, last_seen=NOW),
    Name("api_key", "key_b", "Hidden key", project_id="proj_b", first_seen=NOW, last_seen=NOW),
]
ASKED: dict[str, dict[str, Any]] = {
    "series": {"by": "project"},
    "ranking": {"by": ["model", "project"]},
    "rows/costs": {"by": ["project", "key", "line_item"]},
    "rows/completions": {"by": ["user", "model"]},
}


@pytest.fixture(scope="module")
def bodies(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[bytes, bytes, bytes]]:
    """Every answer to a token of one project, to one of an organization of it alone, and to one of all."""
    folder = tmp_path_factory.mktemp("scopes")
    with pytest.MonkeyPatch.context() as patch:
        shared = Service(folder / "shared", patch)
        both = {source: [*OWN.get(source, ()), *OTHERS[source]] for source in OTHERS}
        put(shared.folder, both, november(1, 20), [*NAMES, *OTHER_NAMES])
        scoped, whole = shared.token("scoped", projects=["Web"]), shared.token("whole")
        asked = {path: ASKED.get(path, {}) for path in KINDS}
        seen = {path: shared.get(path, scoped, **query).content for path, query in asked.items()}
        every = {path: shared.get(path, whole, **query).content for path, query in asked.items()}
        st.cache_resource.clear()
        alone = Service(folder / "alone", patch)
        put(alone.folder, {**OWN, "embeddings": []}, november(1, 20), NAMES)
        token = alone.token()
        own = {path: alone.get(path, token, **query).content for path, query in asked.items()}
    st.cache_resource.clear()
    return {path: (seen[path], own[path], every[path]) for path in KINDS}


@pytest.mark.parametrize("path", KINDS)
def test_a_token_of_a_project_is_answered_as_an_organization_of_it_alone(
    bodies: dict[str, tuple[bytes, bytes, bytes]], path: str
) -> None:
    scoped, alone, _ = bodies[path]

    assert scoped == alone


def test_there_is_more_that_the_token_does_not_show(bodies: dict[str, tuple[bytes, bytes, bytes]]) -> None:
    differing = {path for path, (scoped, _, whole) in bodies.items() if scoped != whole}

    assert {"totals", "series", "ranking", "statement", "rows/costs", "rows/completions"} <= differing
    assert not [path for path, (scoped, _, _) in bodies.items() if b"idden" in scoped or b"proj_b" in scoped]


def test_what_is_not_shown_looks_like_what_is_not_there(service: Service) -> None:
    put(service.folder, {"costs": [billed(2, "1"), billed(2, "99", "proj_b")]}, november(1, 20))
    token = service.token(projects=["proj_a"])

    hidden, absent = (
        service.get("ranking", token, by="project", project=project).content.replace(project.encode(), b"?")
        for project in ("proj_b", "proj_z")
    )

    assert hidden == absent


def test_a_project_of_the_scope_that_is_named_later_is_shown_from_then_on(service: Service) -> None:
    store = put(service.folder, {"costs": [billed(2, "1")]}, november(1, 20))
    token = service.token(projects=["Web"])

    def spend() -> str:
        query = {"measure": "spend", "from_": "2026-11-01", "to": "2026-11-20"}
        return str(service.rows("totals", token, **query)[0]["value"])

    before = spend()
    store.merge_names(NAMES, NOW)

    assert (before, spend()) == ("0", "1")


TWO = {
    name: {"admin_key": f"sk-admin-{name}", "base_url": "http://127.0.0.1:9/v1"} for name in ("main", "acme")
}


@pytest.fixture
def several(service: Service) -> Service:
    """Serve two organizations, each with a bill of its own."""
    service.secrets = {"openai": {"organizations": TWO}}
    for name, dollars in (("main", "1"), ("acme", "20")):
        put(service.folder / "organizations" / name, {"costs": [billed(2, dollars)]}, november(1, 20))
    return service


def spend(service: Service, token: str, **query: Any) -> str:
    found = service.rows("totals", token, measure="spend", from_="2026-11-01", to="2026-11-20", **query)
    return str(found[0]["value"])


def test_several_organizations_are_told_together_or_one_by_one(several: Service) -> None:
    token = several.token()

    assert [spend(several, token), spend(several, token, organization="acme")] == ["21", "20"]
    rows = several.rows("ranking", token, by="organization", from_="2026-11-01", to="2026-11-20")
    assert [(row["organization"], row["value"]) for row in rows] == [("acme", "20"), ("main", "1")]


def test_a_token_of_an_organization_shows_no_other(several: Service) -> None:
    token = several.token(organizations=["acme"])

    assert [spend(several, token), spend(several, token, organization="acme")] == ["20", "20"]
    hidden, absent = (several.get("totals", token, organization=name) for name in ("main", "zeta"))
    assert (hidden.status_code, hidden.json()["allowed"]) == (400, ["acme"])
    assert hidden.content == absent.content


def test_a_token_of_organizations_that_are_gone_shows_nothing(several: Service) -> None:
    token = several.token(organizations=["zeta"])

    answered = several.get("totals", token)

    assert (answered.status_code, answered.json()["code"]) == (403, "nothing_to_see")


def test_a_token_holds_when_a_second_organization_is_set_up(service: Service) -> None:
    service.secrets = {"openai": {"organizations": {"acme": TWO["acme"]}}}
    put(service.folder / "organizations" / "acme", {"costs": [billed(2, "20")]}, november(1, 20))
    token = service.token()
    assert spend(service, token) == "20"

    service.secrets = {"openai": {"organizations": TWO}}

    assert service.get("totals", token).status_code == 200


def test_a_token_of_a_team_shows_the_rows_of_the_team(service: Service, tmp_path: Path) -> None:
    teams = tmp_path / "teams.toml"
    teams.write_text('version = 1\n[[team]]\nname = "Growth"\n[[team.rule]]\nprojects = ["proj_a"]\n')
    service.secrets["teams"] = {"file": str(teams)}
    costs = [billed(2, "1"), billed(2, "99", "proj_b")]
    put(service.folder, {"costs": costs}, november(1, 20))
    token, whole = service.token("growth", teams=["Growth"]), service.token("whole")

    assert [spend(service, token), spend(service, whole), spend(service, whole, team="Growth")] == [
        "1",
        "100",
        "1",
    ]
