from lib.charts import palette


def test_other_and_then_credits_come_last() -> None:
    assert palette.ordered(["Credits", "b", "Other", "a", "b"]) == ["b", "a", "Other", "Credits"]


def test_credits_and_other_have_colours_of_their_own() -> None:
    found = palette.colours(["Credits", "b", "Other", "a"])

    assert found == {
        "b": palette.BLUE,
        "a": palette.GOLD,
        "Other": palette.GREY,
        "Credits": palette.GREEN,
    }
    assert palette.GREEN not in palette.CATEGORICAL


def test_a_group_has_the_colour_of_its_rank_in_every_chart() -> None:
    ranks = {name: place for place, name in enumerate("abcdefghi")}
    few = palette.by_rank({"h": ranks["h"], "b": ranks["b"], "Other (3 models)": 99})

    assert few == {"h": palette.AZURE, "b": palette.GOLD, "Other (3 models)": palette.GREY}
    assert palette.by_rank(ranks).items() >= {"h": palette.AZURE, "b": palette.GOLD}.items()


def test_of_two_that_would_share_a_colour_the_lower_in_rank_takes_the_next_free_one() -> None:
    assert palette.by_rank({"tenth": 9, "first": 0}) == {"first": palette.BLUE, "tenth": palette.GOLD}


def test_neighbours_differ_also_where_there_are_more_groups_than_colours() -> None:
    shades = list(palette.by_rank({str(n): 9 * n for n in range(25)}).values())

    assert all(one != other for one, other in zip(shades, [*shades[1:], shades[0]], strict=True))
