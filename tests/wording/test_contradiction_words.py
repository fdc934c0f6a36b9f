from lib.catalog.measures import MEASURES
from lib.wording.contradiction_words import impossible_share


def test_a_share_of_more_than_the_whole_is_said_to_be_the_apis() -> None:
    assert impossible_share(MEASURES["cached_share"]) == (
        "No cached share: the API reports more cached input tokens than input tokens here."
    )


def test_it_is_said_of_whom_there_is_no_share() -> None:
    assert impossible_share(MEASURES["cached_share"], ["Search", "Chat"]) == (
        "No cached share of Search, Chat: the API reports more cached input tokens than input tokens here."
    )


def test_a_share_without_a_value_before_is_said_to_have_none_then() -> None:
    assert impossible_share(MEASURES["cached_share"], ["Search"], "October") == (
        "No cached share of Search: the API reports more cached input tokens than input tokens in October."
    )


def test_no_more_than_five_are_named() -> None:
    said = [impossible_share(MEASURES["cached_share"], list("abcdefg"[:count])) for count in (5, 7)]

    assert "of a, b, c, d, e:" in said[0]
    assert "of a, b, c, d, e and 2 more:" in said[1]
