"""All projects, people, keys and teams: what each spent and used, found by name, leading to profiles."""

from lib import tables, ui
from lib.answers import loading
from lib.answers.address import SHORT
from lib.answers.spender_list import READ, spender_list
from lib.answers.spending import SPENDERS
from lib.wording.numbers import titled

WORDS = {"project": "Projects", "user": "People", "key": "API keys", "team": "Teams"}

view = ui.current_view()
reading = ui.require(view, READ)
kinds = {SHORT[dimension]: dimension for dimension in loading.offered(reading.backend, SHORT)}
kind = ui.choose("List", list(kinds), name="list", default="project", words=lambda k: WORDS[k])
dimension = kinds[kind]
about = SPENDERS[dimension]
found = spender_list(reading, dimension)
if found.rows.empty:
    if view.filters:
        ui.show_empty(view, f"known {about.plural}", reading.any_rows(found.measures[0]))
    else:
        ui.info(f"No {about.in_words} is known yet: none is listed, and none has usage or costs.")
    ui.halt()

wanted = ui.ask("Search by name or id", name="find")
rows = found.matching(wanted)
if rows.empty:
    ui.info(f"None of the {len(found.rows):,} {about.plural} has “{wanted}” in its name or id.")
    ui.halt()
if found.unattributed:
    ui.caption(
        f"On {found.unattributed} of these days the bill does not name {about.plural}, so spend is missing "
        f"there and cost per token is left out. Costs, stacked by {about.in_words}, allocates it by usage."
    )
known = f"{len(found.rows):,} {about.in_words if len(found.rows) == 1 else about.plural}"
counted = f"{len(rows):,} of {known}" if wanted else known
pick = ui.pick_of(dimension, found.labels)
ui.show_table(
    f"Which {about.plural} match the search?" if wanted else f"Which {about.plural} are there?",
    ui.named(rows, dimension, found.labels),
    {
        dimension: tables.text_column(about.label, pinned=True),
        **{m.slug: tables.column(titled(m.label, m.unit), m.unit, m.definition) for m in found.measures},
    },
    name=f"directory-{kind}",
    note=f"{counted}, those that spent most first. A profile shows what one spends, on what, and since when.",
    pick=pick,
)
