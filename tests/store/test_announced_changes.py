import pytest

from lib.store.announced_changes import FRESH, Changes

HOUR = 3600.0


class Kept:
    """Announcements in memory, as several processes see them at one moment."""

    def __init__(self) -> None:
        self.now = 0.0
        self.names: dict[str, float] = {}
        self.lists = 0

    def listed(self) -> dict[str, float]:
        self.lists += 1
        return dict(self.names)

    def put(self, name: str) -> None:
        self.names[name] = self.now

    def delete(self, name: str) -> None:
        self.names.pop(name, None)

    def process(self) -> Changes:
        """Return the changes as another process sees them."""
        return Changes(self, lambda: self.now, lambda: self.now)


@pytest.fixture
def kept() -> Kept:
    return Kept()


def changed(changes: Changes, table: str, *, moves: bool = False) -> None:
    with changes.changing(table, moves=moves):
        pass


def test_a_table_that_nobody_changes_keeps_its_stamp_and_is_listed_once_for_a_while(kept: Kept) -> None:
    changes = kept.process()

    assert {changes.stamp("costs") for _ in range(9)} == {(frozenset(), (frozenset(), 0))}
    assert kept.lists == 1
    kept.now += FRESH
    assert changes.stamp("costs") == changes.stamp("names")
    assert kept.lists == 2


def test_what_this_process_changed_shows_at_once_and_what_another_did_with_the_next_list(kept: Kept) -> None:
    changes, other = kept.process(), kept.process()
    before, seen = changes.stamp("costs"), other.stamp("costs")
    changed(changes, "costs")

    assert changes.stamp("costs") != before
    assert other.stamp("costs") == seen
    kept.now += FRESH
    assert other.stamp("costs") == changes.stamp("costs") != seen


def test_a_change_of_one_table_leaves_the_others_as_they_were(kept: Kept) -> None:
    changes = kept.process()
    before = changes.stamp("cost")
    changed(changes, "costs")

    assert changes.stamp("cost") == before


def test_a_table_is_looked_at_with_every_list_while_somebody_changes_it_or_was_killed(kept: Kept) -> None:
    changes = kept.process()
    kept.put("costs~killed~begun")
    seen = []
    for _ in range(3):
        seen += [changes.stamp("costs"), changes.stamp("costs")]
        kept.now += FRESH

    assert len(set(seen)) == 3
    assert len({changes.stamp("names") for _ in range(3)}) == 1


def test_a_change_that_failed_is_announced_as_ended(kept: Kept) -> None:
    changes = kept.process()
    with pytest.raises(OSError, match="full"), changes.changing("costs"):
        raise OSError("full")

    kept.now += FRESH
    one = changes.stamp("costs")
    kept.now += FRESH
    assert changes.stamp("costs") == one


def test_a_table_that_was_moved_away_is_another_one(kept: Kept) -> None:
    changes = kept.process()
    before = changes.stamp("costs")
    changed(changes, "costs", moves=True)
    moved = changes.stamp("costs")
    changed(changes, "costs")

    assert before[0] != moved[0] == changes.stamp("costs")[0]


def test_changes_that_were_killed_are_forgotten_after_an_hour(kept: Kept) -> None:
    changes = kept.process()
    kept.put("names~killed~begun")
    kept.now += HOUR
    changes.stamp("names")
    changed(changes, "costs")
    assert "names~killed~begun" in kept.names

    kept.now += 1
    changed(changes, "costs")
    assert "names~killed~begun" not in kept.names


def test_few_announcements_are_kept_and_never_so_few_that_a_table_looks_as_before(kept: Kept) -> None:
    changes, other = kept.process(), kept.process()
    seen = [other.stamp("costs")]
    for _ in range(300):
        changed(changes, "names")
        changed(changes, "costs")
        kept.now += FRESH
        seen.append(other.stamp("costs"))

    assert len(set(seen)) == len(seen)
    assert len(kept.names) <= 104
