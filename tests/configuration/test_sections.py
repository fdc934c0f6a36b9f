import pytest
from pydantic import ValidationError

from lib.configuration.sections import Secrets

LIMITS = {
    "concurrency": (1, 32),
    "memory_mb": (64, 65_536),
    "settle_days": (0, 90),
    "refresh_minutes": (1, 1440),
    "every_minutes": (0, 10_080),
}


@pytest.mark.parametrize(("setting", "limits"), LIMITS.items())
def test_a_number_may_be_its_limit_and_not_beyond(setting: str, limits: tuple[int, int]) -> None:
    lowest, highest = limits

    for within in (lowest, highest):
        assert getattr(Secrets.model_validate({"sync": {setting: within}}).sync, setting) == within
    for beyond in (lowest - 1, highest + 1):
        with pytest.raises(ValidationError):
            Secrets.model_validate({"sync": {setting: beyond}})
