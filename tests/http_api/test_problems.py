"""A problem says what was sent only as far as that fits into a sentence."""

import pytest

from lib.http_api.problems import shortened


@pytest.mark.parametrize(
    ("length", "said"), [(0, ""), (99, "x" * 99), (100, "x" * 100), (101, f"{'x' * 100}…")]
)
def test_what_somebody_sent_is_said_up_to_100_characters(length: int, said: str) -> None:
    assert shortened("x" * length) == said
