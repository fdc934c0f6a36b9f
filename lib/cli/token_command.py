"""`token`: make, list and revoke what programs bring to be answered by the HTTP API."""

import argparse
import os
import sys

from lib.access import tokens
from lib.access.tokens import ApiToken
from lib.cli.arguments import UnusableArguments
from lib.cli.audit_lines import who
from lib.cli.exit_codes import ExitCode
from lib.cli.standard_error import complain
from lib.cli.workplace import check_organizations, now
from lib.configuration.secrets_files import read_secrets
from lib.settings import load_settings
from lib.store import token_keeping
from lib.store.token_keeping import Tokens
from lib.wording import dates, token_words


def create(chosen: argparse.Namespace) -> ExitCode:
    """Make a token and write it to standard output, the only time that it is to be seen."""
    log, at = _log(), now()
    if said := tokens.problem(chosen.name, chosen.days, log.read(), at):
        raise UnusableArguments(said)
    if chosen.project and chosen.team:
        raise UnusableArguments("Narrow a token to projects or to teams: whose are both is not said.")
    check_organizations(load_settings(read_secrets(), os.environ), chosen.organization)
    token, secret = token_keeping.make(
        log,
        chosen.name,
        chosen.days,
        by=who(),
        now=at,
        projects=chosen.project or None,
        teams=chosen.team or None,
        organizations=chosen.organization or None,
    )
    sys.stdout.write(f"{secret}\n")
    complain(token_words.made(token))
    return ExitCode.DONE


def show(_chosen: argparse.Namespace) -> ExitCode:
    """Write a line for each token, without what is to be brought."""
    rows = [("id", "name", "state", "until (UTC)", "made by", "shows"), *map(_row, _log().read())]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        sys.stdout.write("  ".join(map(str.ljust, row, widths)).rstrip() + "\n")
    return ExitCode.DONE


def revoke(chosen: argparse.Namespace) -> ExitCode:
    """Let nobody in by a token any more, from this moment on."""
    log = _log()
    token = token_keeping.called(log, chosen.name, now())
    if token is None:
        raise UnusableArguments(f"There is no token called {chosen.name}. See python -m lib token list.")
    token_keeping.revoke(log, token, by=who(), now=now())
    complain(f"The token “{token.name}” ({token.token_id}) lets nobody in any more.")
    return ExitCode.DONE


def _log() -> Tokens:
    return token_keeping.kept_tokens(load_settings(read_secrets(), os.environ))


def _row(token: ApiToken) -> tuple[str, ...]:
    until = dates.minute(token.expires_at)
    state, scope = token_words.state(token, now()), token_words.scope(token)
    return token.token_id, token.name, state, until, token.made_by, scope
