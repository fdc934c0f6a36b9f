from decimal import Decimal

from lib.alerts.composing import Message, harmless, in_lines, in_one_line, message, signed
from lib.alerts.facts import About, News, Stage, Told

TOLD = Told("budget", frozenset({About.BUDGETS}), "Budget exceeded: Search", "budgets", Decimal(2))
NEWS = News(TOLD, Stage.FIRST, "$12 of $10 billed.")


def test_a_message_says_what_is_so_and_leads_to_its_page() -> None:
    assert message([NEWS], "https://usage.example.com") == Message(
        "Budget exceeded: Search", "$12 of $10 billed.\nhttps://usage.example.com/budgets"
    )


def test_without_an_address_the_page_is_named() -> None:
    assert message([NEWS], "").body == "$12 of $10 billed.\nSee Budgets and forecast in the app."


def test_what_is_over_comes_last_and_the_title_counts_the_rest() -> None:
    over = News(TOLD, Stage.OVER, "Budget exceeded: Search.")
    worse = News(TOLD, Stage.WORSE, "$20 of $10 billed.")

    found = message([over, worse], "https://x.example", "Acme")

    assert found.title == "Acme: Worse: Budget exceeded: Search and 1 more"
    assert found.body.splitlines()[0] == "Worse: $20 of $10 billed."
    assert "Over: Budget exceeded: Search.\nhttps://x.example/budgets" in found.body


def test_of_very_many_the_first_are_said_and_the_rest_counted() -> None:
    found = message([NEWS] * 25, "https://x.example")

    assert found.body.count("$12 of $10 billed.") == 20
    assert found.body.endswith("5 more. https://x.example/overview")


def test_a_message_carries_its_number() -> None:
    assert (
        signed("Body.", "1f3c").splitlines()[-1] == "Message 1f3c. The same number again is the same message."
    )


def test_messages_are_listed_after_whom_they_are_for() -> None:
    assert in_lines([("slack://…", Message("T", "B"))]) == "To slack://…\nT\n\nB\n"


def test_no_name_calls_a_whole_channel_or_breaks_a_line_of_the_title() -> None:
    assert in_one_line("Over budget: a\r\nBcc: b\n@Here") == "Over budget: a Bcc: b @\u200bHere"
    assert harmless("<!channel> <@U1> @everyone") == "<\u200b!channel> <\u200b@U1> @\u200beveryone"
    assert harmless("ada@hereford.example, 5 < 6\nnext") == "ada@hereford.example, 5 < 6\nnext"
