from decimal import Decimal

from lib.analysis import price_volume_mix
from lib.wording import price_volume_mix_words


def test_contributions_name_only_the_effects_that_there_are() -> None:
    found = price_volume_mix_words.contributions(
        {"volume": Decimal(3), "mix_model": Decimal(0), "price": Decimal(-1)}
    )

    assert found == [("Volume", 3), ("Unit prices", -1)]


def test_every_part_and_column_has_a_name() -> None:
    assert tuple(price_volume_mix_words.PARTS) == price_volume_mix.PARTS
    assert tuple(price_volume_mix_words.COLUMNS) == price_volume_mix.COLUMNS
