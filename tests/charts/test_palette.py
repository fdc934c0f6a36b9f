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
