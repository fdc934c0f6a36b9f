import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from lib.store.quantity_file import MOST_BYTES, TEMPLATE, read_csv
from lib.store.records.quantities import Quantity
from lib.store.usage_store import Store

TODAY = dt.date(2026, 11, 23)
GOOD = "date,name,quantity\n2026-11-01,tickets,120\n2026-11-02,tickets,98.5\n"
KEPT = (
    Quantity("tickets", dt.date(2026, 11, 1), Decimal(120)),
    Quantity("tickets", dt.date(2026, 11, 2), Decimal("98.5")),
)
NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    "content",
    [
        GOOD.encode(),
        b"\xef\xbb\xbf" + GOOD.encode(),
        GOOD.replace(",", ";").encode(),
        GOOD.replace(",", "\t").replace("\n", "\r\n").encode(),
        b'Quantity, Name ,DATE\n120,tickets,2026-11-01\n\n 98.5 ,"tickets",2026-11-02',
        TEMPLATE.encode(),
    ],
    ids=["commas", "byte order mark", "semicolons", "tabs", "another order", "template"],
)
def test_a_good_file_is_read(content: bytes) -> None:
    found = read_csv(content, TODAY)

    assert (found.problems, found.quantities) == ((), KEPT)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("2026-13-01,tickets,1", "Line 2: “2026-13-01” is not a date like 2026-01-31."),
        ("1.11.2026,tickets,1", "Line 2: “1.11.2026” is not a date like 2026-01-31."),
        ("20261101,tickets,1", "Line 2: “20261101” is not a date like 2026-01-31."),
        ("2026-11-01T00:00,tickets,1", "Line 2: “2026-11-01T00:00” is not a date like 2026-01-31."),
        ("2026-11-24,tickets,1", "Line 2: 24 Nov 2026 is in the future."),
        *(
            (
                f'2026-11-01,tickets,"{number}"',
                f"Line 2: “{number}” is not a number like 1234.5, from 0 up, with up to 18 digits before the "
                "point, 9 after.",
            )
            for number in [
                "many",
                "",
                "-1",
                "NaN",
                "0.0000000001",
                "1" + "0" * 18,
                "1,234",
                "1_000",
                "\uff11",
            ]
        ),
        *(
            (
                f"2026-11-01,{name},1",
                f"Line 2: “{said}” is not a name of 1 to 60 characters without line breaks and control "
                "characters.",
            )
            for name, said in [
                (" ", ""),
                ("x" * 61, "x" * 60 + "…"),
                ("a\0b", "a\ufffdb"),
                ('"a\nb"', "a\ufffdb"),
            ]
        ),
        ("2026-11-01,tickets,1,234", "Line 2: it has 4 columns instead of 3."),
    ],
)
def test_a_bad_line_is_named_with_its_reason(line: str, sentence: str) -> None:
    found = read_csv(f"date,name,quantity\n{line}\n".encode(), TODAY)

    assert (found.problems, found.quantities) == ((sentence,), ())


def test_a_day_that_stands_twice_is_refused() -> None:
    found = read_csv((GOOD + "2026-11-01,tickets,7\n").encode(), TODAY)

    assert found.problems == ("Line 4: 1 Nov 2026 of “tickets” stands in line 2 already.",)


def test_one_bad_line_keeps_the_good_ones_out_and_every_bad_one_is_named() -> None:
    found = read_csv((GOOD + "x,tickets,7\n2026-11-03,tickets,y\n").encode(), TODAY)

    assert found.quantities == ()
    assert [problem[:6] for problem in found.problems] == ["Line 4", "Line 5"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b" \n\n", "The file is empty."),
        (b"date,name,quantity\n", "The file has no lines but its first."),
        (
            b"day,what,count\n1,2,3\n",
            "The first line must name the columns date, name and quantity; it is “day,what,count”.",
        ),
        (
            b"date,name,quantity,name\n2026-11-01,a,1,b\n",
            "The first line must name the columns date, name and quantity; it is “date,name,quantity,name”.",
        ),
        (GOOD.encode("utf-16"), "The file is not text in UTF-8: save it as “CSV UTF-8”."),
        (
            "date,name\n".encode("utf-16-le"),
            "The first line must name the columns date, name and quantity; it is "
            "“d\ufffda\ufffdt\ufffde\ufffd,\ufffdn\ufffda\ufffdm\ufffde\ufffd”.",
        ),
        (
            "date,name,quantity\n2026-11-01,Köln,1\n".encode("latin-1"),
            "The file is not text in UTF-8: save it as “CSV UTF-8”.",
        ),
        (
            b"x" * (MOST_BYTES + 1),
            "The file is larger than 1 MB: split it, or leave out what is not needed.",
        ),
    ],
)
def test_a_file_that_cannot_be_read_says_why(content: bytes, sentence: str) -> None:
    assert read_csv(content, TODAY).problems == (sentence,)


HUGE = 200_000


@pytest.mark.parametrize(
    "line",
    [
        '2026-11-01,"tickets,1\n' + "x" * HUGE,
        '2026-11-01,"tickets,1\n2026-11-02,tickets,2',
        "2026-11-01,tick\0ets,1",
        '2026-11-01,"tick\nets",1',
        "2026-11-01\0,tickets,1",
        "\uff12026-11-01,tickets,1",
        "2026-11-01,tickets," + "9" * 5000,
        *(
            f"2026-11-01,tickets,{number}"
            for number in [
                *("1E+999999999", "1E-999999999", "1E+99999999999999999999", "-1E-999999999"),
                *("NaN", "sNaN", "-NaN123", "Infinity", "-inf", "1_000", "\uff11\uff12", "1\0", "--1", "1e"),
            ]
        ),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_whatever_is_wrong_in_a_line_is_said_with_its_number(line: str, end: str) -> None:
    content = f"date,name,quantity\n2026-11-01,good,1\n{line}\n".replace("\n", end).encode()

    found = read_csv(content, TODAY)

    assert found.quantities == ()
    assert found.problems[0].startswith("Line 3: ")
    assert len(found.problems[0]) < 200


@pytest.mark.parametrize("header", ['"date,name,quantity', 'date,name,"quantity'])
def test_a_quotation_mark_that_the_first_line_leaves_open_is_said(header: str) -> None:
    for behind in ("2026-11-01,tickets,1\n", "x" * HUGE):
        (problem,) = read_csv(f"{header}\n{behind}".encode(), TODAY).problems
        assert problem.startswith("Line 1: ")


@pytest.mark.parametrize(
    ("number", "quantity"),
    [("0E+40", "0"), ("-0", "0"), ("0E-999999", "0"), ("1E+3", "1000"), ("1." + "0" * 40, "1")],
)
def test_every_spelling_of_a_number_is_kept_as_one_that_the_store_holds(
    number: str, quantity: str, tmp_path: Path
) -> None:
    found = read_csv(f"date,name,quantity\n2026-11-01,tickets,{number}".encode(), TODAY)
    store = Store(str(tmp_path))
    store.write_quantities(found.quantities, NOON)

    assert str(found.quantities[0].quantity.copy_abs()) == str(found.quantities[0].quantity)
    assert kept(store) == [(1, Decimal(quantity))]


def written(day: int, quantity: int, *, removed: bool = False) -> Quantity:
    return Quantity("tickets", dt.date(2026, 11, day), Decimal(quantity), "ada@example.com", removed=removed)


def kept(store: Store) -> list[tuple[int, Decimal]]:
    return [(q.day.day, q.quantity) for q in store.quantities()]


def test_the_last_quantity_of_a_day_is_kept(tmp_path: Path) -> None:
    store = Store(str(tmp_path))
    store.write_quantities([written(1, 5), written(2, 6)], NOON)
    store.write_quantities([written(1, 7)], NOON)

    assert kept(store) == [(1, 7), (2, 6)]
    assert kept(Store(str(tmp_path))) == [(1, 7), (2, 6)]


def test_a_removed_quantity_is_gone_also_after_tidying(tmp_path: Path) -> None:
    store = Store(str(tmp_path))
    store.write_quantities([written(1, 5), written(2, 6)], NOON)
    store.write_quantities([written(1, 5, removed=True)], NOON)
    store.tidy()

    assert kept(store) == [(2, 6)]


def test_a_file_of_exactly_the_most_bytes_is_read() -> None:
    content = TEMPLATE.encode() if isinstance(TEMPLATE, str) else TEMPLATE
    padded = content.rstrip(b"\n") + b"\n" * (MOST_BYTES - len(content.rstrip(b"\n")))

    assert len(padded) == MOST_BYTES
    assert read_csv(padded, dt.date(2030, 1, 1)).problems == ()
