from lib.engine.filters import EVERYTHING, Filters

FILTERS = Filters.of({"project_id": ["proj_a", None], "model": ["gpt-6-sol"]})


def test_no_filter_keeps_everything() -> None:
    assert not EVERYTHING
    assert EVERYTHING.dimensions == ()
    assert EVERYTHING.keeps("project_id", "proj_a")


def test_a_filter_keeps_its_values_and_leaves_other_dimensions_alone() -> None:
    assert FILTERS
    assert FILTERS.keeps("project_id", "proj_a")
    assert FILTERS.keeps("project_id", None)
    assert not FILTERS.keeps("project_id", "proj_b")
    assert FILTERS.keeps("user_id", "user-a")


def test_values_are_those_of_one_dimension() -> None:
    assert FILTERS.values("project_id") == ("proj_a", None)
    assert FILTERS.values("user_id") == ()


def test_narrowing_replaces_what_was_kept_of_the_dimension() -> None:
    narrowed = FILTERS.narrowed("project_id", "proj_b")

    assert narrowed.values("project_id") == ("proj_b",)
    assert narrowed.values("model") == ("gpt-6-sol",)


def test_filters_are_parted_by_dimension() -> None:
    assert FILTERS.without("project_id") == Filters.of({"model": ["gpt-6-sol"]})
    assert FILTERS.only({"project_id"}) == Filters.of({"project_id": ["proj_a", None]})
    assert FILTERS.without("project_id", "model") == EVERYTHING


def test_filters_are_equal_and_hash_alike_by_what_they_keep() -> None:
    again = Filters.of({"project_id": ["proj_a", None], "model": ["gpt-6-sol"]})

    assert again == FILTERS
    assert hash(FILTERS) == hash(again)
    assert list(FILTERS) == [("project_id", ("proj_a", None)), ("model", ("gpt-6-sol",))]
