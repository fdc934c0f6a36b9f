"""A store whose rows belong to teams, as the settings' file declares them."""

from copy import copy
from typing import TypeVar

from lib.configuration.secrets_files import ROOT
from lib.settings import Settings
from lib.store.team_declarations import DeclaredTeams
from lib.store.team_file import read_teams
from lib.store.teams import Teams, by_team
from lib.store.usage_store import Store

S = TypeVar("S", bound=Store)


def declared_teams(settings: Settings) -> DeclaredTeams | None:
    """Return what the file of the settings declares, None where there is none."""
    usual = ROOT / ".streamlit" / "teams.toml"  # which the example of the secrets file names
    return read_teams(settings.teams, needed=settings.teams_file not in (None, usual))


def teams_of(store: Store, declared: DeclaredTeams | None) -> Teams | None:
    """Return the declared teams by the ids that the store has names for; None where none are declared."""
    if declared is None or not declared.teams:
        return None
    return by_team([team.name for team in declared.teams], declared.rules, store.real_names())


def teamed(store: S, teams: Teams | None) -> S:
    """Return the same store, with rows that belong to `teams`."""
    seen = copy(store)
    seen.teams = teams
    return seen
