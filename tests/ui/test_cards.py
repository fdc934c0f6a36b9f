"""What stands in the cards at the top of a page."""

from decimal import Decimal

import pytest
from streamlit.testing.v1 import AppTest

from lib.analysis.comparison import Compared
from lib.answers.reading import Headline
from lib.catalog.measures import MEASURES

SPEND, REQUESTS, CACHED = (MEASURES[slug] for slug in ("spend", "requests", "cached_share"))


def metrics(*headlines: Headline, compared_with: str | None = "October") -> AppTest:
    def page(headlines: object, compared_with: str | None) -> None:
        from lib.ui.cards import show_metrics

        show_metrics(headlines, compared_with)  # type: ignore[arg-type]

    app = AppTest.from_function(page, args=(headlines, compared_with), default_timeout=20).run()
    assert not app.exception
    return app


def test_a_number_has_its_change_and_says_what_it_was() -> None:
    (card,) = metrics(Headline(SPEND, Compared(Decimal(150), Decimal(100)), [1.0, 2.0])).metric

    assert (card.label, card.value, card.delta) == ("Spend", "$150.00", "+50.0%")
    assert card.help.endswith("In October: \\$100.00.")


def test_a_fall_has_a_plain_minus_sign_that_streamlit_reads() -> None:
    (card,) = metrics(Headline(SPEND, Compared(Decimal(50), Decimal(100)), [])).metric

    assert card.delta == "-50.0%"


@pytest.mark.parametrize(
    ("now", "before", "points"), [(0.25, 0.5, "-25.0 pts"), (0.5, 0.25, "+25.0 pts"), (0.0, 0.5, "-50.0 pts")]
)
def test_a_share_changes_by_points(now: float, before: float, points: str) -> None:
    (card,) = metrics(Headline(CACHED, Compared(now, before), [])).metric

    assert card.delta == points


@pytest.mark.parametrize(
    ("change", "compared_with"),
    [
        (Compared(Decimal(5), Decimal(0)), "October"),
        (Compared(Decimal(5), None), "October"),
        (Compared(None, Decimal(5)), "October"),
        (Compared(Decimal(5), Decimal(4)), None),
    ],
    ids=["from nothing", "from no value", "to no value", "not compared"],
)
def test_there_is_no_change_where_there_is_nothing_to_compare(
    change: Compared, compared_with: str | None
) -> None:
    (card,) = metrics(Headline(SPEND, change, []), compared_with=compared_with).metric

    assert card.delta == ""
    assert ("In October" in card.help) is (compared_with is not None)


def test_what_the_filters_leave_without_a_source_has_no_number() -> None:
    (card,) = metrics(Headline(SPEND, None, [])).metric

    assert (card.value, card.delta) == ("–", "")
    assert card.help.endswith("The filters name something that it is not recorded by.")


def test_less_of_what_is_better_low_is_green() -> None:
    change = Compared(Decimal(5), Decimal(4))
    spend, requests = metrics(Headline(SPEND, change, []), Headline(REQUESTS, change, [])).metric

    assert (SPEND.lower_is_better, REQUESTS.lower_is_better) == (True, False)
    assert spend.proto.color != requests.proto.color


def test_a_share_of_more_than_the_whole_is_said_to_be_the_apis() -> None:
    change = Compared(2.5, 0.5)

    assert len(metrics(Headline(CACHED, change, [], contradicts=True)).caption) == 1
    assert len(metrics(Headline(CACHED, change, [])).caption) == 0


@pytest.mark.parametrize(("compared_with", "where"), [("October", ["in October."]), (None, [])])
def test_it_is_said_of_the_compared_period_where_only_that_contradicts_itself(
    compared_with: str | None, where: list[str]
) -> None:
    headline = Headline(CACHED, Compared(0.5, None), [], contradicts_before=True)

    captions = metrics(headline, compared_with=compared_with).caption

    assert [c.value.partition("than input tokens ")[2] for c in captions] == where
