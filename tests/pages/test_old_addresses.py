"""Old addresses, which links and bookmarks hold, lead to the page that took their place, with their state."""

from collections.abc import Mapping

import pytest

from lib.ui.site_map import ENTRIES, MOVED
from tests.pages.conftest import Open
from tests.pages.organization import ready

OLD: Mapping[str, tuple[dict[str, str], dict[str, str]]] = {
    "ledgers": ({"period": "7d", "project": "proj_a"}, {"period": "7d", "project": "proj_a"}),
    "forecast": ({"period": "7d", "project": "proj_a"}, {"period": "7d", "project": "proj_a"}),
    "what_if": (
        {"batched": "50", "growth": "10", "key": "key_a"},
        {"open": "simulator", "batched": "50", "growth": "10", "key": "key_a"},
    ),
    "who": (
        {"whose": "api_key_id", "also": "model", "period": "7d"},
        {"stack": "api_key_id", "also": "model", "period": "7d"},
    ),
}
"""For each old address, parameters that it had and what the address holds where it leads."""


def test_each_old_address_is_tried() -> None:
    assert set(OLD) == set(MOVED)


@pytest.mark.parametrize("old", OLD)
def test_an_old_address_opens_its_new_page_with_all_of_its_state(old: str, open_page: Open) -> None:
    parameters, expected = OLD[old]

    app = open_page(old, ready, **parameters)

    assert not app.exception
    assert app.title[0].value == ENTRIES[MOVED[old].page].title
    assert dict(app.query_params) == expected
