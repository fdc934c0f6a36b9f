"""The address follows the page, the page follows the address, and Back undoes."""

from typing import Any

import pytest
import streamlit as st

from lib.ui import address_bar
from lib.ui.session import Session, session
from tests.shown import shown
from tests.ui.drawn import drawn, values


def ran(*steps: Any, **address: Any) -> list[Any]:
    """Return what `steps` return, run one after the other at an address."""
    found: list[Any] = []

    def page() -> None:
        st.query_params.from_dict(address)
        found.extend(step() for step in steps)

    drawn(page)
    return found


def remembering(**held: Any) -> Any:
    """Return a step that makes the session remember `held`."""

    def step() -> Session:
        for name, value in held.items():
            setattr(session(), name, value)
        return session()

    return step


def test_the_parameters_of_an_address_are_lists() -> None:
    assert ran(address_bar.present, a=["1", "2"], b="3") == [{"a": ["1", "2"], "b": ["3"]}]


@pytest.mark.parametrize(
    ("held", "there", "link"),
    [
        ({"in_bar": None, "link": {"a": ["1"]}}, {}, {"a": ["1"]}),
        ({"in_bar": {"a": ["1"]}}, {"a": ["2"]}, {"a": ["2"]}),
        ({"in_bar": {"a": ["1"]}}, {"a": ["1"]}, None),
        ({"in_bar": {"a": ["1"]}}, {}, None),
        ({"in_bar": {"a": ["1"]}, "page": "costs", "bar_page": "who", "started_on": {"costs"}}, {}, None),
        ({"in_bar": {"a": ["1"]}, "page": "costs", "bar_page": "costs", "started_on": {"costs"}}, {}, {}),
        ({"in_bar": {"a": ["1"]}, "page": "costs", "bar_page": "costs", "started_on": {"who"}}, {}, None),
    ],
    ids=[
        "a first run",
        "a link or Back",
        "nothing new",
        "emptied",
        "another page was opened",
        "Back to the start",
        "not started here",
    ],
)
def test_somebody_arrives_by_a_link_or_goes_back(held: Any, there: Any, link: Any) -> None:
    assert ran(remembering(**held), address_bar.arrived, **there)[1] == link


def test_another_page_begins_with_what_its_address_holds() -> None:
    held = {"in_bar": {"a": ["1"]}, "page": "costs", "bar_page": "who"}

    found = ran(remembering(**held), address_bar.arrived)[0]

    assert (found.in_bar, found.bar_page) == ({}, "costs")


def test_the_address_of_a_run_is_what_pages_share_and_what_is_chosen() -> None:
    def choose() -> Session:
        address_bar.begin({"period": ("7d",)})
        session().address["draw"] = ["lines"]
        address_bar.write()
        return session()

    held, there = ran(choose, address_bar.present, old="1")

    assert there == {"period": ["7d"], "draw": ["lines"]}
    assert (held.in_bar, held.shared) == (there, {"period": ["7d"]})
    assert held.started_on == set()


def test_a_page_whose_address_is_bare_was_started_there() -> None:
    (held, _) = ran(remembering(page="costs"), address_bar.write)

    assert (held.started_on, held.in_bar, held.bar_page) == ({"costs"}, {}, "costs")


def test_a_link_holds_what_pages_share_and_its_own() -> None:
    made = ran(
        remembering(shared={"period": ["7d"], "model": ["a&b", "c"]}),
        lambda: address_bar.link("profile", kind="key", id="key_a"),
    )[1]

    assert made == "profile?period=7d&model=a%26b&model=c&kind=key&id=key_a"


class Choice:
    """A choice as an address leaves it; `chosen` is that of the latest run."""

    def __init__(self, kept: dict[str, list[str]] | None = None, **how: Any) -> None:
        self.kept = kept or {}
        self.options = ["one", "two"]
        self.how = how
        self.app = drawn(self._page)

    def _page(self) -> None:
        if not session().kept:
            session().kept = dict(self.kept)
        session().address = {}
        self.chosen = address_bar.choose("Which?", self.options, name="which", default="one", **self.how)
        self.address = session().address
        self.asked = address_bar.asked_for("which")


@pytest.mark.parametrize(
    ("kept", "chosen", "address"),
    [
        ({}, "one", {}),
        ({"which": ["two"]}, "two", {"which": ["two"]}),
        ({"which": ["two", "one"]}, "two", {"which": ["two"]}),
        ({"which": ["three"]}, "one", {}),
        ({"other": ["two"]}, "one", {}),
    ],
)
@pytest.mark.parametrize("how", [{}, {"menu": True}, {"slider": True}])
def test_a_choice_is_what_the_address_says_where_it_can_be(
    how: dict[str, bool], kept: dict[str, list[str]], chosen: str, address: dict[str, list[str]]
) -> None:
    choice = Choice(kept, **how)

    assert (choice.chosen, choice.address) == (chosen, address)
    assert choice.asked == next(iter(kept.get("which", [])), None)


def test_what_is_chosen_is_kept_and_goes_into_the_address() -> None:
    choice = Choice(menu=True)

    choice.app.selectbox(key="choice:which").set_value("two").run()

    assert (choice.chosen, choice.address, choice.asked) == ("two", {"which": ["two"]}, "two")

    choice.app.selectbox(key="choice:which").set_value("one").run()

    assert (choice.chosen, choice.address, choice.asked) == ("one", {}, "one")


def test_a_choice_that_is_no_longer_offered_falls_back_to_the_first_of_all() -> None:
    choice = Choice({"which": ["two"]}, menu=True)

    choice.options = ["one", "three"]
    choice.app.run()

    assert choice.chosen == "one"


def test_options_are_called_by_their_words() -> None:
    choice = Choice(menu=True, words=str.upper)

    assert choice.app.selectbox[0].options == ["ONE", "TWO"]
    assert values([choice.app.selectbox[0]]) == ["one"]


def test_words_of_a_menu_are_drawn_as_they_are_and_others_as_markdown_would_show_them() -> None:
    def starred(option: str) -> str:
        return f"*{option}*"

    assert Choice(menu=True, words=starred).app.selectbox[0].options == ["*one*", "*two*"]
    assert shown(Choice(words=starred).app.segmented_control[0].options[0]) == "*one*"


def test_words_are_kept_and_go_into_the_address_until_they_are_gone() -> None:
    seen: list[tuple[str, dict[str, list[str]], list[str] | None]] = []

    def page() -> None:
        session().address = {}
        written = address_bar.ask("Find", name="find")
        seen.append((written, session().address, session().kept.get("find")))

    app = drawn(page)
    app.text_input(key="choice:find").set_value("sea").run()
    app.text_input(key="choice:find").set_value("").run()

    assert seen == [("", {}, None), ("sea", {"find": ["sea"]}, ["sea"]), ("", {}, [""])]


def test_several_options_are_called_by_their_words_and_kept_in_order() -> None:
    seen: list[tuple[list[str], dict[str, list[str]]]] = []

    def page() -> None:
        session().address = {}
        chosen = address_bar.choose_several(
            "Which?", ["one", "two", "three"], name="some", default=["one"], words=str.upper
        )
        seen.append((chosen, session().address))

    app = drawn(page)
    assert app.multiselect[0].options == ["ONE", "TWO", "THREE"]
    app.multiselect(key="choice:some").set_value(["three", "two"]).run()
    app.multiselect(key="choice:some").set_value([]).run()

    assert seen == [
        (["one"], {}),
        (["two", "three"], {"some": ["two", "three"]}),
        ([], {"some": [""]}),
    ]
