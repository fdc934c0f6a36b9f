"""Where the numbers of a page come from, one click away."""

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from tests.pages.conftest import Open
from tests.pages.organization import ready

OPEN = "provenance"


def test_a_click_says_what_was_asked_of_the_api_without_the_key(
    open_page: Open, words: Callable[[AppTest], str]
) -> None:
    app = open_page("costs", ready)
    assert [code for code in app.code if "curl" in code.value] == []

    app.button(key=OPEN).click().run()

    said = words(app)
    assert not app.exception
    assert "The rows are added up by DuckDB." in said
    assert "(UTC), from /organization/costs" in app.expander[-1].label
    commands = [code.value for code in app.code if code.value.startswith("curl -G http://127.0.0.1:")]
    assert commands
    assert "group_by=line_item" in commands[-1]
    assert "sk-admin" not in said + "".join(commands)


def test_a_page_that_needs_no_numbers_has_no_such_button(open_page: Open) -> None:
    app = open_page("connection", ready)

    assert OPEN not in [button.key for button in app.button]
