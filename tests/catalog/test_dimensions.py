import pytest

from lib.catalog import dimensions
from lib.catalog.dimensions import (
    DIMENSIONS,
    FILTERABLE,
    is_other,
    newest_first,
    other_of,
    text_of,
    value_of,
)


def test_dimensions_are_suspected_from_the_newest_to_the_oldest() -> None:
    assert newest_first(d for d in DIMENSIONS if d not in ("token_class", "team", "organization")) == (
        "api_source",
        "user_id",
        "api_key_id",
        "service_tier",
        "context_level",
        "batch",
        "source",
        "size",
        "vector_store_id",
        "line_item",
        "model",
        "project_id",
    )


def test_a_dimension_whose_place_is_not_known_is_the_newest() -> None:
    assert newest_first(["model", "token_class", "api_source"]) == ("token_class", "api_source", "model")


def test_four_dimensions_can_always_be_filtered_by() -> None:
    assert FILTERABLE == ("project_id", "model", "user_id", "api_key_id")


def test_a_row_without_a_value_is_spelt_in_one_way() -> None:
    assert [text_of(value) for value in ("proj_a", None)] == ["proj_a", "(none)"]
    assert [value_of(text) for text in ("proj_a", "(none)", "")] == ["proj_a", None, None]


def test_a_label_within_a_sentence_begins_small_unless_it_is_an_abbreviation() -> None:
    assert DIMENSIONS["project_id"].in_words == "project"
    assert DIMENSIONS["api_key_id"].in_words == "API key"


def test_every_dimension_of_the_api_has_its_place_in_the_order_in_which_they_came() -> None:
    assert sorted(d.added for d in DIMENSIONS.values() if d.added) == list(range(1, 13))


def test_other_says_how_many_it_holds_and_is_plain_in_files() -> None:
    said = dimensions.other_of(1234, "projects")

    assert said == "Other (1,234 projects)"
    assert dimensions.is_other(said)
    assert not dimensions.is_other("Others")
    assert [dimensions.without_count(text) for text in (said, f"{said}, share", "Other (2) Labs", None)] == [
        "Other",
        "Other, share",
        "Other (2) Labs",
        None,
    ]


@pytest.mark.parametrize(
    ("held", "plural", "said"),
    [
        (1, "projects", "Other (1 project)"),
        (1, "API keys", "Other (1 API key)"),
        (1, "people", "Other (1 person)"),
        (2, "projects", "Other (2 projects)"),
        (1200, "rows", "Other (1,200 rows)"),
    ],
)
def test_other_says_how_many_it_holds(held: int, plural: str, said: str) -> None:
    assert other_of(held, plural) == said
    assert is_other(said)
