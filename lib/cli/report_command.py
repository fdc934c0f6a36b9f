"""`report`: write a month's statement as a file that stands by itself."""

import argparse

from lib.catalog.dimensions import TEAM
from lib.catalog.sources import COSTS
from lib.cli import arguments
from lib.cli.arguments import UnusableArguments
from lib.cli.exit_codes import ExitCode
from lib.cli.joint_workplace import joined
from lib.cli.output import write_out
from lib.cli.standard_error import complain
from lib.cli.workplace import Workplace, opened
from lib.engine.filters import EVERYTHING, Filters
from lib.periods.widths import Width
from lib.periods.windows import Window
from lib.store.usage_store import Store
from lib.sync.plan import Need

FORMATS = ("html", "xlsx", "md")
_PROJECT = "project_id"


def report(chosen: argparse.Namespace) -> ExitCode:
    """Write the file, or to standard output; return FAILED where days are missing or nothing was billed."""
    month = arguments.month(chosen.month)
    with opened(chosen.organization) as places:
        content = _made(joined(places), month, chosen)
    if content is None:
        return ExitCode.FAILED
    write_out(content, chosen.output)
    return ExitCode.DONE


def _made(place: Workplace, month: Window, chosen: argparse.Namespace) -> bytes | None:
    # Only a report waits for pandas to load.
    from lib.answers.month_report import month_report
    from lib.answers.view import View
    from lib.tables import report_files

    today, before = place.now.date(), arguments.month_before(month)
    if month.first > today:
        raise UnusableArguments(f"--month {chosen.month} has not begun.")
    need = Need(COSTS.name, Width.DAY, Window(before.first, month.end))
    found = place.sync([need])
    for sentence in (*found.notes.values(), *found.failures.values(), *place.sync_names().values()):
        complain(place.said(sentence))
    if found.failures or place.lacks_some(need):
        complain(place.said("No report was written, because days of the bill are missing."))
        return None
    with place.teamed().backend() as backend:
        view = View(month, today, filters=_kept(backend.store, chosen))
        made = month_report(backend, view, chosen.month)
    if made is None:
        complain(place.said(f"No report was written, because nothing was billed in {chosen.month}."))
        return None
    parts = made.title, made.lines, made.numbers, made.tables
    if chosen.format == "html":
        return report_files.as_html(*parts, made.picture)
    return (report_files.as_workbook if chosen.format == "xlsx" else report_files.as_markdown)(*parts)


def _kept(store: Store, chosen: argparse.Namespace) -> Filters:
    """Return what keeps the chosen team, or the project of that id or name.

    Raises UnusableArguments where there is none of that name.
    """
    if chosen.team is not None:
        teams = store.teams.names if store.teams else ()
        if chosen.team not in teams:
            raise UnusableArguments(
                f"--team {chosen.team} is no team here. Teams: {', '.join(teams) or 'none'}."
            )
        return Filters.of({TEAM: [chosen.team]})
    project = chosen.project
    if project is None:
        return EVERYTHING
    every = {name.id: name.name for name in store.real_names() if name.kind == "project"}
    ids = [project] if project in every else [i for i, name in every.items() if name == project]
    if not ids:
        raise UnusableArguments(f"--project {project} is no project's id or name. There are {len(every)}.")
    return Filters.of({_PROJECT: ids})
