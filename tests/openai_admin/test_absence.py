import datetime as dt
from collections.abc import Iterator

import pytest

from lib.catalog.sources import SOURCES
from lib.errors import Unavailable, UnknownEndpoint
from lib.openai_admin import AdminClient
from lib.openai_admin.refusals import Refusal, RefusalKind
from lib.periods.widths import Width
from lib.periods.windows import Window
from tests.fake_time import FakeTime
from tests.loopback import Loopback, Response, error
from tests.tiny_api import TinyApi

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
WEEK = Window(dt.date(2026, 11, 1), dt.date(2026, 11, 8))
UNKNOWN = error(404, "Invalid URL")


@pytest.fixture
def api() -> Iterator[TinyApi]:
    with TinyApi() as server:
        yield server


def let_lack(api: TinyApi, *names: str) -> None:
    """Let the organization lack some sources."""
    api.before = lambda _nth, source: UNKNOWN if source in names else None


def fetch(client: AdminClient, name: str) -> None:
    client.fetch(SOURCES[name], Width.DAY, WEEK)


@pytest.mark.parametrize("name", ["completions", "embeddings", "decisions"])
def test_an_endpoint_is_unknown_once_another_one_answers_and_is_not_asked_again(
    api: TinyApi, name: str
) -> None:
    let_lack(api, name)
    client = api.client(now=lambda: NOW)

    for _ in range(2):
        with pytest.raises(UnknownEndpoint, match=f"does not know /organization/usage/{name}"):
            fetch(client, name)

    assert api.asked == [name, "embeddings" if name == "completions" else "completions"]
    said = f"OpenAI does not know /organization/usage/{name} for this organization: “Invalid URL”"
    assert client.refusals == (Refusal(name, RefusalKind.ENDPOINT, said, NOW),)


def test_several_endpoints_may_be_unknown_while_one_answers(api: TinyApi) -> None:
    let_lack(api, "decisions", "completions")
    client = api.client()

    for name in ("decisions", "completions"):
        with pytest.raises(UnknownEndpoint):
            fetch(client, name)

    assert api.asked == ["decisions", "completions", "embeddings", "completions"]


@pytest.mark.parametrize(
    "refusal", [error(403, "Missing scopes: api.usage.read."), error(400, "Unknown parameter.")]
)
def test_an_endpoint_that_refuses_is_there(api: TinyApi, refusal: Response) -> None:
    api.before = lambda _nth, source: {"decisions": UNKNOWN, "completions": refusal}[source]

    with pytest.raises(UnknownEndpoint):
        fetch(api.client(), "decisions")


def test_while_the_others_give_no_answer_nothing_is_judged(api: TinyApi) -> None:
    api.before = lambda _nth, source: UNKNOWN if source == "decisions" else error(503, "busy")
    client = api.client()

    with pytest.raises(Unavailable):
        fetch(client, "decisions")
    assert client.refusals == ()


def test_the_same_refusal_from_every_endpoint_is_an_outage_and_not_remembered(api: TinyApi) -> None:
    let_lack(api, *SOURCES)
    client = api.client(now=lambda: NOW)

    for name in ("decisions", "images"):
        with pytest.raises(Unavailable) as said:
            fetch(client, name)

    assert str(said.value) == (
        f"No usage endpoint was found at {api.base_url} (status 404). Check the base URL; where it is "
        "right, OpenAI is disturbed: sync again later."
    )
    assert client.refusals == ()
    assert api.asked == ["decisions", "completions", "embeddings", "images"]


@pytest.mark.parametrize("name", ["costs", "images"])
def test_an_address_that_ends_otherwise_than_openais_own_is_said_to(name: str) -> None:
    with Loopback(lambda _request: UNKNOWN) as server:
        client = AdminClient("sk-admin-tiny", server.base_url.removesuffix("/v1") + "/", attempts=1)

        with pytest.raises(Unavailable, match="Check the base URL, which does not end with /v1 as OpenAI's"):
            fetch(client, name)


def test_a_minute_after_an_outage_an_endpoint_is_judged_anew(api: TinyApi) -> None:
    time = FakeTime(NOW)
    client = api.client(now=time.now)
    let_lack(api, *SOURCES)
    with pytest.raises(Unavailable):
        fetch(client, "decisions")
    let_lack(api, "decisions")

    time.sleep(59)
    with pytest.raises(Unavailable):
        fetch(client, "decisions")
    time.sleep(1)
    with pytest.raises(UnknownEndpoint):
        fetch(client, "decisions")
