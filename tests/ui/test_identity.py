"""Identity: who may change budgets in the app."""

import pytest

from lib.ui.identity import may_edit


@pytest.mark.parametrize(
    ("editors", "email", "may"),
    [
        ((), None, False),
        ((), "ada@example.com", False),
        (("everyone",), None, True),
        (("ada@example.com",), "Ada@Example.com", True),
        (("ada@example.com",), "bob@example.com", False),
        (("ada@example.com",), None, False),
    ],
)
def test_those_named_may_edit(editors: tuple[str, ...], email: str | None, *, may: bool) -> None:
    assert may_edit(editors, email) is may
