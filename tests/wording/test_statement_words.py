from lib.wording.statement_words import printed


def test_the_numbers_of_a_statement_are_a_line_of_print() -> None:
    assert printed({"Billed": "$62.00", "Of that, credits": "$0.00"}) == [
        "Billed: $62.00 · Of that, credits: $0.00"
    ]
