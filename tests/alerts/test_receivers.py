import pytest

from lib.alerts.declared_alerts import Alert, Scope
from lib.alerts.receivers import masked, receiver_id, without_secrets


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("slack://T0AB/B0CD/5ecret", "slack://…"),
        ("json://user:pass@hooks.example:8080/path-5ecret?+X=1", "json://hooks.example…"),
        ("mailtos://user:pass@mail.example?to=a@b.example", "mailtos://mail.example…"),
        ("tgram://123:5ecret/1", "tgram://…"),
        ("json://[::1", "json://…"),
    ],
)
def test_an_address_is_shown_without_what_may_be_secret(url: str, shown: str) -> None:
    assert masked(Alert(url, frozenset())) == shown


def test_a_name_stands_for_the_address() -> None:
    assert masked(Alert("slack://a/b/c", frozenset(), name="Finance")) == "Finance"


def test_receivers_are_told_apart_by_address_and_scope_and_by_nothing_else() -> None:
    one = Alert("slack://T0AB/B0CD/5ecret", frozenset())

    assert receiver_id(one) == receiver_id(Alert(one.url, frozenset(), name="Finance", sync_hours=9))
    assert receiver_id(one) != receiver_id(Alert(one.url, frozenset(), Scope("Search")))
    assert "5ecret" not in receiver_id(one)


def test_no_part_of_an_address_is_left_in_what_a_library_says() -> None:
    said = "Failed to reach hooks.example/services/T0ABC/5ecretToken: refused."

    assert without_secrets(said, "json://user@hooks.example/services/T0ABC/5ecretToken") == (
        "Failed to reach …/…/…/…: refused."
    )
