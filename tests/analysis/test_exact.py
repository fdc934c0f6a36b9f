from decimal import Decimal, getcontext

from lib.analysis.exact import exactly, rounded

LARGE = Decimal("12345678901234567890.123456789012345678")


def test_no_digit_of_a_product_of_two_stored_amounts_is_lost() -> None:
    with exactly():
        assert LARGE * LARGE / LARGE == LARGE


def test_the_context_of_the_caller_stays_as_it_was() -> None:
    before = getcontext().prec

    with exactly():
        inside = getcontext().prec

    assert (inside, getcontext().prec) == (80, before)


def test_a_function_can_be_run_exactly_again_and_again() -> None:
    @exactly()
    def doubled(value: Decimal) -> Decimal:
        return value + value

    assert doubled(LARGE) == Decimal("24691357802469135780.246913578024691356")
    assert doubled(doubled(LARGE)) == Decimal("49382715604938271560.493827156049382712")


def test_a_quotient_ends_at_the_eighteenth_decimal() -> None:
    assert rounded(Decimal(2) / Decimal(3)) == Decimal("0.666666666666666667")


def test_rounding_holds_amounts_that_the_default_context_cannot() -> None:
    assert rounded(LARGE) == LARGE
