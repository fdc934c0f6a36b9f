import pytest

from lib.catalog.dimensions import value_of
from lib.catalog.whole_text import whole_text


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("a\ud800b", "a\ufffdb"),
        ("\udfff", "\ufffd"),
        ("\ude00\ud83d", "\ufffd\ufffd"),
        ("\ud7ff\ue000", "\ud7ff\ue000"),
        ("Ada 😀", "Ada 😀"),
    ],
)
def test_half_a_surrogate_pair_is_replaced_and_all_else_kept(text: str, whole: str) -> None:
    assert whole_text(text) == whole


def test_a_value_of_an_address_or_a_command_is_whole() -> None:
    assert value_of("a\udcff") == "a\ufffd"
