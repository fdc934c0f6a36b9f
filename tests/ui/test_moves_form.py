"""What a simulation changes is what its controls, or the address, say."""

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from streamlit.testing.v1 import AppTest

from lib.analysis.savings.simulation import Moves
from lib.ui.moves_form import choose_moves
from lib.ui.session import session
from tests.shown import shown
from tests.ui.drawn import drawn, layout

FOUND: Any = SimpleNamespace(
    models=["big", "small"],
    targets=["big", "mid", "small"],
    successor=lambda _model: "mid",
    cached_share=0.25,
)


class Form:
    """The form as an address leaves it; `moves` are those of the latest run."""

    def __init__(self, **kept: str) -> None:
        self.moves: Moves | None = None
        self.kept = {name: [value] for name, value in kept.items()}
        self.app: AppTest = drawn(self._page)

    def _page(self) -> None:
        session().kept = {**self.kept, **session().kept}
        self.moves = choose_moves(FOUND)
        self.address = session().address


def test_nothing_moves_until_somebody_says_so() -> None:
    form = Form()

    assert form.moves == Moves("big", "mid", 0, 0, None, 0)
    assert form.address == {}


def test_an_address_says_all_of_it() -> None:
    form = Form(move="small", onto="big", moved="50", batched="25", cached="0", growth="-20")

    assert form.moves == Moves("small", "big", 50, 25, 0, -20)
    assert form.address == {
        "move": ["small"],
        "onto": ["big"],
        "moved": ["50"],
        "batched": ["25"],
        "cached": ["0"],
        "growth": ["-20"],
    }


def test_an_address_may_ask_for_an_exact_share_of_the_cache() -> None:
    form = Form(cached="62.42")

    assert form.moves == Moves("big", "mid", 0, 0, Decimal("62.42"), 0)
    assert form.address == {"cached": ["62.42"]}
    for nonsense in ("100.01", "1.5", "-1.00", "٣.00"):
        assert Form(cached=nonsense).moves == Moves("big", "mid", 0, 0, None, 0)


def test_what_an_address_says_that_cannot_be_chosen_is_as_if_nothing_was_said() -> None:
    assert Form(move="none", onto="big", moved="51", cached="101", growth="55").moves == Moves(
        "big", "mid", 0, 0, None, 0
    )


def test_shares_go_from_none_to_all_and_growth_from_a_fifth_less_to_half_more() -> None:
    options = {s.key: [shown(each) for each in s.options] for s in Form().app.select_slider}

    assert (options["choice:moved"][0], options["choice:moved"][-1]) == ("0%", "100%")
    assert options["choice:cached"][:3] == ["as it is", "0%", "5%"]
    assert (options["choice:growth"][0], options["choice:growth"][-1]) == ("-20%", "50%")
    assert len(options["choice:growth"]) == 15


def test_the_cached_share_of_today_is_said() -> None:
    labels = [slider.label for slider in Form().app.select_slider]

    assert "Input read from the cache, now 25.0%" in labels


def test_traffic_and_the_rest_are_framed_apart() -> None:
    assert layout(Form().app).count("frame") == 2


def test_a_model_does_not_move_onto_itself() -> None:
    form = Form()

    assert form.app.selectbox(key="choice:onto").options == ["mid", "small"]


def test_an_exact_share_stands_in_its_place_between_the_others() -> None:
    def notches(asked: str) -> list[str]:
        slider = Form(cached=asked).app.select_slider(key="choice:cached")
        return [shown(each) for each in slider.options]

    plain = notches("nonsense")
    assert plain == ["as it is", *(f"{n}%" for n in range(0, 101, 5))]
    assert notches("7.25") == [*plain[:3], "7.25%", *plain[3:]]
    assert Form(cached="100.00").moves == Moves("big", "mid", 0, 0, Decimal(100), 0)
