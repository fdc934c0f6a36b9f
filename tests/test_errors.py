import datetime as dt

import pytest

from lib import errors
from lib.errors import AdminApiError, AppError, BadRequest, InvalidPageToken, LookbackExceeded, MissingScope

KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Exception)]


@pytest.mark.parametrize("kind", KINDS)
def test_every_failure_that_is_said_to_people_is_one_of_the_apps(kind: type[Exception]) -> None:
    assert issubclass(kind, AppError)
    assert kind.__doc__


def test_a_missing_permission_is_named() -> None:
    failure = MissingScope("The key lacks it.", "api.usage.read")

    assert (str(failure), failure.scope) == ("The key lacks it.", "api.usage.read")
    assert isinstance(failure, AdminApiError)


def test_a_refusal_keeps_what_it_is_about_as_far_as_it_is_told() -> None:
    told, bare = BadRequest("No.", param="limit", code="too_large"), InvalidPageToken("Gone.")

    assert (str(told), told.param, told.code) == ("No.", "limit", "too_large")
    assert (bare.param, bare.code, isinstance(bare, BadRequest)) == (None, None, True)


def test_history_that_is_too_far_back_is_about_the_start() -> None:
    failure = LookbackExceeded("Too old.", dt.date(2026, 2, 3))

    assert (failure.param, failure.code) == ("start_time", "reporting_lookback_exceeded")
    assert (str(failure), failure.earliest) == ("Too old.", dt.date(2026, 2, 3))
