"""With masks on, no page names a person or a key."""

import re
from decimal import Decimal

import pytest

from lib.answers import instance
from lib.store.records.budgets import Budget
from lib.ui.site_map import ENTRIES
from tests.pages.conftest import Open, settled, visit
from tests.pages.organization import NOW, ready
from tests.pages.test_scope import dumped

NAMED = re.compile(r"\bAda\b|ada@|Search backend|Bea|bea@", re.IGNORECASE)
PAGES = sorted(file for file, entry in ENTRIES.items() if entry.listed and file != "connection")


@pytest.mark.parametrize("page", PAGES)
def test_a_page_names_no_person_and_no_key(open_page: Open, page: str) -> None:
    open_page(page, ready)
    instance.open_backend().store.write_budget(
        Budget("user_id", "user-a", Decimal(5), "bea@example.com", NOW), NOW
    )
    app = visit(page)

    app.session_state[instance.MASKS] = True
    masked = dumped(settled(app.run()))

    assert [part for part in masked if NAMED.search(part)] == []


def test_a_mask_tells_people_and_keys_apart_and_comes_off_again(open_page: Open) -> None:
    app = open_page("profile", ready, kind="user", id="user-a")
    named = dumped(app)

    app.toggle(key=instance.MASKS).set_value(True)
    masked = dumped(settled(app.run()))
    app.toggle(key=instance.MASKS).set_value(False)

    assert [part for part in named if NAMED.search(part)]
    assert [part for part in masked if re.search("Person [0-9a-f]{4}", part)]
    assert [part for part in dumped(settled(app.run())) if NAMED.search(part)]
