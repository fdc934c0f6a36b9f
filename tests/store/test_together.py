"""The stores of several organizations, read as one."""

import datetime as dt
import inspect
from decimal import Decimal
from pathlib import Path

import pytest

from lib.catalog.sources import SOURCES
from lib.errors import StoreError
from lib.openai_admin.name_lists import Name
from lib.openai_admin.refusals import Refusal, RefusalKind
from lib.openai_admin.spend_limits import LimitKind, LimitList, SpendLimit
from lib.periods.widths import Width
from lib.periods.windows import Window
from lib.store.records.budgets import Budget, in_force
from lib.store.records.coverage import Covered
from lib.store.records.decisions import Decision, DecisionState
from lib.store.records.notes import Note
from lib.store.records.quantities import Quantity
from lib.store.records.saved_views import SavedView
from lib.store.records.statement_checks import StatementCheck
from lib.store.scoped import Scoped
from lib.store.together import Together
from lib.store.usage_store import Store
from lib.store.written_together import WrittenTogether

NOW = dt.datetime(2026, 11, 26, tzinfo=dt.UTC)
DAY = NOW.date()
COSTS = SOURCES["costs"]
FOR_SYNCS = {
    "rows", "replace", "stored_later", "recorded_keys", "recorded", "totals", "mark", "fingerprint", "agreed",
    "agree", "damaged_files", "altered_files", "set_aside", "revise", "merge_names", "ask_again", "remember",
    "own", "write_limits", "tidy", "record_checksums", "has_damaged_log", "broken_records", "rebuild_record",
    "move_aside", "look_ahead", "organization", "is_own_asker",
}  # fmt: skip
"""What fills and checks one organization's store."""
MADE_OF_OTHERS = {"names"}


@pytest.fixture
def together(tmp_path: Path) -> Together:
    """The stores of acme and labs, and one that both share."""
    members = {name: Store(str(tmp_path / name)) for name in ("acme", "labs")}
    for name, store in members.items():
        store.organizations, store.is_one_of_several = (name,), True
    return Together(members, Store(str(tmp_path / "together")))


def day(number: int) -> dt.date:
    """Return a day of November."""
    return dt.date(2026, 11, number)


def fetch(store: Store, first: int, end: int, *groupings: tuple[str, ...], at: dt.datetime = NOW) -> None:
    """Record that costs of some days of November were fetched."""
    store.mark([Covered("costs", Width.DAY, day(first), day(end), at, dimensions=groupings or None)])


def test_a_day_is_known_where_it_is_known_of_everyone_as_of_the_earliest_fetch(together: Together) -> None:
    acme, labs = together.members.values()
    fetch(acme, 1, 4)
    fetch(labs, 2, 6, at=NOW + dt.timedelta(hours=1))

    assert together.coverage(COSTS, Width.DAY) == {day(2): NOW, day(3): NOW}
    assert together.lacking(COSTS, Width.DAY, Window(day(1), day(6))) == {
        "acme": {day(4), day(5)},
        "labs": {day(1)},
    }


def test_whoever_cannot_be_fetched_hides_nothing_of_the_rest(together: Together) -> None:
    acme, labs = together.members.values()
    fetch(acme, 1, 2)
    fetch(labs, 1, 4)
    failing = Together(together.members, None, lambda: {"acme": frozenset({"costs"})})
    nobody = Together(
        together.members, None, lambda: {"acme": frozenset({"costs"}), "labs": frozenset({"costs"})}
    )

    assert list(failing.coverage(COSTS, Width.DAY)) == [day(1), day(2), day(3)]
    assert list(nobody.coverage(COSTS, Width.DAY)) == [day(1)]
    assert failing.seen_as != together.seen_as


def test_what_fails_at_one_moment_is_held_for_a_page(together: Together) -> None:
    failing = {"acme": frozenset({"costs"})}
    page = Together(together.members, None, lambda: dict(failing)).each(lambda store: store)
    failing.clear()

    assert page.failing == {"acme": frozenset({"costs"})}


def test_an_organization_without_an_endpoint_does_not_count_for_it(together: Together) -> None:
    acme, labs = together.members.values()
    refused = Refusal("costs", RefusalKind.ENDPOINT, "Not found.", NOW)
    acme.remember([refused], NOW)
    fetch(labs, 1, 3)

    assert list(together.coverage("costs", Width.DAY)) == [day(1), day(2)]
    assert together.refusals() == ()
    assert together.lacking(COSTS, Width.DAY, Window(day(1), day(3))) == {}
    labs.remember([refused], NOW + dt.timedelta(days=1))
    assert {r.message for r in together.refusals()} <= {"acme: Not found.", "labs: Not found."}


def test_rows_are_told_by_what_both_tell_them_by(together: Together) -> None:
    acme, labs = together.members.values()
    fetch(acme, 1, 3, ("project_id", "api_key_id", "line_item"), ("user_id", "line_item"))
    fetch(labs, 1, 2, ("project_id", "line_item"))

    assert together.groupings(COSTS, Width.DAY) == {day(1): (("project_id", "line_item"), ("line_item",))}


def test_of_first_days_of_history_the_latest_comes_last(together: Together) -> None:
    acme, labs = together.members.values()
    acme.remember([Refusal("costs", RefusalKind.LOOKBACK, "Too old.", NOW, until=day(2))], NOW)
    labs.remember([Refusal("costs", RefusalKind.LOOKBACK, "Too old.", NOW, until=day(1))], NOW)

    assert [(r.message, r.until) for r in together.refusals()] == [
        ("labs: Too old.", day(1)),
        ("acme: Too old.", day(2)),
    ]


def test_names_that_read_alike_say_whose_they_are(together: Together) -> None:
    acme, labs = together.members.values()
    acme.merge_names([Name("project", "proj_1", "Search"), Name("project", "proj_2", "Chat")], NOW)
    labs.merge_names([Name("project", "proj_3", "Search"), Name("user", "user-1", "Ada")], NOW)
    acme.merge_names([Name("user", "user-1", "Ada L")], NOW + dt.timedelta(hours=1))

    assert {n.id: n.name for n in together.names()} == {
        "proj_1": "Search (acme)",
        "proj_2": "Chat",
        "proj_3": "Search (labs)",
        "user-1": "Ada L",
    }
    assert sorted(n.name for n in together.real_names()) == ["Ada L", "Chat", "Search", "Search"]


def test_the_budget_of_one_organization_goes_by_its_name(together: Together) -> None:
    acme, _labs = together.members.values()
    acme.write_budget(Budget("", "", Decimal(5)), NOW)
    together.write_budget(Budget("", "", Decimal(9)), NOW)
    together.write_budget(Budget("organization", "labs", Decimal(7)), NOW)

    assert [(b.key, b.amount) for b in in_force((), together.budgets())] == [
        (("", ""), Decimal(9)),
        (("organization", "labs"), Decimal(7)),
        (("organization", "acme"), Decimal(5)),
    ]
    assert [b.key for b in together.members["labs"].budgets()] == [("", "")]


def test_what_is_about_a_project_is_kept_with_its_organization(together: Together) -> None:
    _acme, labs = together.members.values()
    labs.merge_names([Name("project", "proj_3", "Search")], NOW)
    saving = Decision("s", DecisionState.DONE, "Batch", "proj_3", "", "", Decimal(7), DAY, DAY)

    together.write_budget(Budget("project_id", "proj_3", Decimal(7)), NOW)
    together.write_decision(saving, NOW)

    assert [b.about for b in labs.budgets()] == ["proj_3"]
    assert [d.saving for d in labs.decisions()] == ["s"]
    assert [d.saving for d in together.decisions()] == ["s"]


def test_of_a_file_one_organization_sees_its_own_budgets_as_its_whole(together: Together) -> None:
    acme, labs = together.members.values()
    acme.merge_names([Name("project", "proj_1", "Search")], NOW)
    declared = [
        Budget(dimension, about, Decimal(1))
        for dimension, about in (
            ("", ""),
            ("organization", "acme"),
            ("organization", "labs"),
            ("project_id", "proj_1"),
            ("model", "gpt-6"),
        )
    ]

    assert [b.key for b in acme.own_budgets(declared)] == [("", ""), ("project_id", "proj_1")]
    assert [b.key for b in labs.own_budgets(declared)] == [("", "")]
    assert list(together.own_budgets(declared)) == declared
    part = Together(together.members, None)
    assert [b.key for b in part.own_budgets(declared)] == [
        ("organization", "acme"),
        ("project_id", "proj_1"),
        ("organization", "labs"),
    ]


def test_notes_are_everyones_and_are_changed_where_they_are(together: Together) -> None:
    acme, _labs = together.members.values()
    acme.write_note(Note("a", day(2), day(2), "Moved", "", NOW), NOW)
    together.write_note(Note("t", day(1), day(1), "Launched", "", NOW), NOW)

    together.write_note(Note("a", day(2), day(2), "Moved house", "", NOW), NOW)

    assert [n.text for n in together.notes()] == ["Launched", "Moved house"]
    assert [n.text for n in acme.notes()] == ["Moved house"]


def test_quantities_of_one_name_are_added_up_unless_entered_for_all(together: Together) -> None:
    acme, labs = together.members.values()
    acme.write_quantities(
        [Quantity("tickets", day(1), Decimal(3)), Quantity("tickets", day(2), Decimal(3))], NOW
    )
    labs.write_quantities([Quantity("tickets", day(1), Decimal(4))], NOW)
    together.write_quantities([Quantity("tickets", day(2), Decimal(50))], NOW)

    assert [(q.day, q.quantity) for q in together.quantities()] == [(day(1), 7), (day(2), 50)]

    together.write_quantities(
        [Quantity("tickets", d, Decimal(0), removed=True) for d in (day(1), day(2))], NOW
    )

    assert together.quantities() == ()


def test_what_is_written_anywhere_comes_in_one_order(together: Together) -> None:
    later = NOW + dt.timedelta(hours=1)
    latest = NOW + dt.timedelta(hours=2)
    for number, (name, at) in enumerate((("acme", later), ("labs", NOW), ("together", latest)), 1):
        store = together.members.get(name) or together.shared
        assert store is not None
        store.write_budget(Budget("model", name, Decimal(number)), at)
        store.write_decision(
            Decision(name, DecisionState.DONE, "Batch", "", "", "", Decimal(number), DAY, DAY), at
        )
        store.write_note(Note(name, day(4 - number), day(9), name, "", at), at)
        store.write_quantities([Quantity("tickets", day(4 - number), Decimal(1))], at)
        store.write_saved_view(SavedView(f"{'bAc'[number - 1]} view", "costs", ""), at)

    assert [b.about for b in together.budgets()] == ["labs", "acme", "together"]
    assert [d.saving for d in together.decisions()] == ["labs", "acme", "together"]
    assert [n.note_id for n in together.notes()] == ["together", "labs", "acme"]
    assert [q.day for q in together.quantities()] == [day(1), day(2), day(3)]
    assert [v.name for v in together.saved_views()] == ["A view", "b view", "c view"]


def test_of_decisions_about_one_saving_the_latest_of_anyone_holds(together: Together) -> None:
    acme, labs = together.members.values()
    for store, state, hours in ((acme, DecisionState.DONE, 1), (labs, DecisionState.PLANNED, 0)):
        saving = Decision("s", state, "Batch", "", "", "", Decimal(7), DAY, DAY)
        store.write_decision(saving, NOW + dt.timedelta(hours=hours))

    assert [d.state for d in together.decisions()] == [DecisionState.DONE]


def test_limits_of_an_organization_go_by_its_name(together: Together) -> None:
    acme, labs = together.members.values()
    acme.write_limits(LimitList((SpendLimit(LimitKind.LIMIT, "", Decimal(5)),)), NOW)
    labs.write_limits(
        LimitList((SpendLimit(LimitKind.ALERT, "proj_3", Decimal(6)),), ("No.",)), NOW + dt.timedelta(hours=1)
    )

    found = together.limits()

    assert [(one.organization, one.project_id) for one in found.limits] == [("acme", ""), ("", "proj_3")]
    assert found.failures == ("labs: No.",)
    assert found.read_at == NOW  # all of it is no newer than its oldest part


def test_whoever_sees_a_part_writes_nothing_about_all(together: Together) -> None:
    part = Together(together.members, None)

    for write in (
        lambda: part.write_note(Note("t", DAY, DAY, "Launched", "", NOW), NOW),
        lambda: part.write_budget(Budget("", "", Decimal(1)), NOW),
        lambda: part.write_quantities([Quantity("tickets", DAY, Decimal(1))], NOW),
        lambda: part.write_statement_check(StatementCheck("2026-10"), NOW),
    ):
        with pytest.raises(StoreError, match="Choose all of them in the sidebar, or one"):
            write()
    assert part.statement_checks() == ()


def test_views_are_kept_where_they_are_and_new_ones_beside_what_is_about_all(together: Together) -> None:
    acme, labs = together.members.values()
    labs.write_saved_view(SavedView("Mine", "costs", "", "ada@example.com"), NOW)
    together.write_saved_view(SavedView("Mine", "usage", "", "ada@example.com"), NOW)
    together.write_saved_view(SavedView("All", "costs", ""), NOW)
    Together(together.members, None).write_saved_view(SavedView("Part", "costs", ""), NOW)

    assert [(view.name, view.page) for view in labs.saved_views()] == [("Mine", "usage")]
    assert [view.name for view in acme.saved_views()] == ["Part"]
    assert [view.name for view in together.saved_views()] == ["All", "Mine", "Part"]


def test_what_changes_in_any_store_changes_the_version(together: Together) -> None:
    before = together.log_versions("notes")
    acme, _labs = together.members.values()
    acme.write_note(Note("a", DAY, DAY, "Moved", "", NOW), NOW)

    assert together.log_versions("notes") != before
    assert together.log_versions("budgets") == together.log_versions("budgets")


def test_the_last_sync_of_all_is_the_latest_of_anyone(together: Together) -> None:
    assert together.synced_at() is None
    together.members["labs"].mark([Covered("costs", Width.DAY, DAY, DAY + dt.timedelta(days=1), NOW)])

    assert together.synced_at() == together.members["labs"].synced_at()
    assert together.synced_at() is not None


def test_masks_are_for_names_of_all(together: Together) -> None:
    together.members["acme"].merge_names([Name("user", "user-1", "Ada")], NOW)
    together.masks = True

    assert [n.name.split()[0] for n in together.names()] == ["Person"]


def test_some_projects_of_several_organizations_are_seen_as_of_one(together: Together) -> None:
    acme, labs = together.members.values()
    acme.merge_names([Name("project", "proj_1", "Search")], NOW)
    labs.merge_names([Name("project", "proj_3", "Zebra")], NOW)
    seen = together.each(lambda store: Scoped(store, frozenset({"proj_1"})))

    assert [n.name for n in seen.names()] == ["Search"]


def test_everything_that_a_store_tells_is_told_together_or_only_for_syncs() -> None:
    told = {name for name, _ in inspect.getmembers(Store, inspect.isfunction) if not name.startswith("_")}
    merged = {*vars(Together), *vars(WrittenTogether)}

    assert told - merged - FOR_SYNCS - MADE_OF_OTHERS == set()
