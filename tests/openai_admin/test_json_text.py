from decimal import Decimal
from typing import Any

import pytest

from lib.openai_admin.json_text import parsed

BROKEN = "\ufffd"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (rb'"a\ud800b"', f"a{BROKEN}b"),
        (rb'"a\uDFFFb"', f"a{BROKEN}b"),
        (rb'"\ude00\ud83d"', BROKEN * 2),
        (rb'"\ud83d\ude00"', "\U0001f600"),
        (rb'"\\ud800"', "\\ud800"),
        (b'"a\xffb"', f"a{BROKEN}b"),
        (b'"a\xed\xa0\x80b"', f"a{BROKEN * 3}b"),
        ('"한글"'.encode(), "한글"),
        ('"a"'.encode("utf-16"), "a"),
        (b'\xef\xbb\xbf"a"', "a"),
    ],
)
def test_broken_unicode_is_replaced_and_whole_text_is_kept(body: bytes, text: str) -> None:
    assert parsed(body) == text


def test_text_is_mended_wherever_it_stands() -> None:
    assert parsed(rb'{"\ud800": [{"a": "\udc00", "b": 1.10, "c": [null, true]}]}') == {
        BROKEN: [{"a": BROKEN, "b": Decimal("1.10"), "c": [None, True]}]
    }


@pytest.mark.parametrize("body", [b"", b"{", b'{"a": "\xe4', rb'"\ud8'])
def test_what_is_no_json_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"line 1"):
        parsed(body)


def test_numbers_with_a_point_are_exact() -> None:
    found: dict[str, Any] = parsed(b'{"a": 0.1, "b": 7}')

    assert found == {"a": Decimal("0.1"), "b": 7}
    assert type(found["b"]) is int
