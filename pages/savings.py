"""What could cost less, found in the organization's own rows, all of it an estimate; and whether it did."""

from dataclasses import replace

from lib import tables, ui
from lib.answers import instance, saving_effects, savings_found
from lib.answers.savings_found import KINDS
from lib.catalog.measures import MEASURES
from lib.engine.filters import EVERYTHING
from lib.periods.windows import ONE_DAY
from lib.wording import dates, savings_words
from lib.wording import numbers as fmt

SPEND = MEASURES["spend"]
EVERY = "every"
FOUND, SIMULATOR = "found", "simulator"
PARTS = {FOUND: "What was found", SIMULATOR: "Simulator"}

view = savings_found.view_of(ui.current_view(), instance.open_backend().settings.settle)
reading = ui.require(view, savings_found.READ)
ui.about(view.filters, view.window)
days = dates.day_range(view.window.first, view.window.end - ONE_DAY)
ui.caption(
    f"Estimates at list prices, from what was sent {days}: the latest {savings_found.DAYS} days with a "
    "final bill, within the filters."
)
part = ui.choose("Show", list(PARTS), name="open", default=FOUND, words=PARTS.__getitem__)
if part == SIMULATOR:
    ui.caption("The address of this page holds all that you choose: send it to show somebody what you see.")
    ui.show_simulator(reading)
    ui.halt()
decisions = reading.backend.store.decisions()
savings = savings_found.savings(reading)
found = savings.found
if found:
    ui.show_savings(savings, saving_effects.done(decisions))
if decisions:
    since = replace(view, window=saving_effects.days_read(decisions, view.today), filters=EVERYTHING)
    all_of_it = ui.require(since, saving_effects.READ, asks_again=True)
    ui.about(EVERYTHING, since.window)
    ui.show_followed(all_of_it, saving_effects.followed(all_of_it, decisions))
    ui.about(view.filters, view.window)
if savings.is_empty:
    ui.show_empty(view, "usage or costs", reading.any_rows(SPEND))
    ui.halt()
if not found:
    ui.success(f"Nothing was found that would save at least {fmt.usd(savings_found.LEAST, 0)} a month.")
    ui.halt()

kind = ui.choose(
    "Kind",
    [EVERY, *dict.fromkeys(s.rule.slug for s in found)],
    name="kind",
    default=EVERY,
    words=lambda k: "All" if k == EVERY else KINDS[k],
)
ui.saving_kinds_card(savings)
ui.saving_teams_card(reading, saving_effects.done(decisions))

shown = [s for s in found if kind in (EVERY, s.rule.slug)]
listed = savings_words.listed(shown, {one.saving: saving_effects.decision_words(one) for one in decisions})
projects, keys = (
    reading.labels.apart(d, [v for v in listed[d] if v]) | {"": "–"} for d in ("project_id", "api_key_id")
)
ui.show_table(
    "What could be saved, and where?",
    savings_found.named(listed, projects, keys),
    tables.SAVINGS,
    name="savings",
    note="Largest first. Confidence says how sure it is that the saving can be had.",
)

titles = {
    s.name: f"{fmt.usd(s.a_month, 0)} · {savings_words.title(s)} · {projects[s.project]} · {keys[s.key]}"
    for s in shown
}
name = ui.choose(
    "Look at", list(titles), name="saving", default=shown[0].name, words=titles.__getitem__, menu=True
)
one = next(s for s in shown if s.name == name)
ui.saving_card(one, projects, keys)
ui.show_decision(reading, one, decisions)
