"""Pages of a store in a bucket."""

import pytest

from lib.store import announced_changes
from tests.object_server import BUCKET, ObjectServer
from tests.pages.conftest import Open, settled
from tests.pages.organization import ready

pytestmark = pytest.mark.xdist_group("objects")


def test_a_page_of_which_nothing_changed_asks_the_object_store_for_no_more_than_a_list(
    objects: ObjectServer, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("USAGE_STORE_URI", f"s3://{BUCKET}/pages")
    for name, value in objects.environment.items():
        monkeypatch.setenv(name, value)
    page = open_page("costs", ready)
    settled(page.run())
    charts, said = len(page.get("vega_lite_chart")), [caption.value for caption in page.caption]
    assert charts
    # From here on no list is so old that it is asked for again.
    monkeypatch.setattr(announced_changes, "FRESH", float("inf"))
    before = objects.asked()

    settled(page.run())

    assert len(page.get("vega_lite_chart")) == charts
    assert [caption.value for caption in page.caption] == said
    assert objects.asked() == before
