"""Messages arrive at a web server and at a mail server; what cannot be sent is said without the address."""

import logging
from collections.abc import Iterator

import pytest

from lib.alerts.sending import send
from tests.alerts.inbox import MailInbox, Posted, WebInbox

PNG = b"\x89PNG\r\n\x1a\n0123"


@pytest.fixture
def web() -> Iterator[WebInbox]:
    with WebInbox() as inbox:
        yield inbox


@pytest.fixture
def mail() -> Iterator[MailInbox]:
    with MailInbox() as inbox:
        yield inbox


def test_a_web_server_is_posted_the_message_and_its_picture(web: WebInbox) -> None:
    assert send(web.url, "Title", "Body *as* <it> is.\n\nhttps://x.example/a?b=c", PNG) == ""

    assert web.posted == [
        Posted("/hook-5ecret", "Title", "Body *as* <it> is.\n\nhttps://x.example/a?b=c", (PNG,))
    ]


def test_a_mail_is_sent_with_the_message_and_its_picture(mail: MailInbox) -> None:
    assert send(mail.url, "Über 5 $", "Body <b>.\nhttps://x.example", PNG) == ""

    (letter,) = mail.mails
    assert (letter["Subject"], letter["To"]) == ("Über 5 $", "ada@example.com")
    body = letter.get_body(("plain", "html"))
    assert body is not None
    assert "https://x.example" in body.get_content()
    assert [part.get_content() for part in letter.iter_attachments()] == [PNG]


def test_a_refusal_is_told_without_the_address(web: WebInbox, caplog: pytest.LogCaptureFixture) -> None:
    web.status = 500

    said = send(web.url, "Title", "Body", None)

    assert said.startswith("It could not be sent. ")
    assert "500" in said
    assert "5ecret" not in said + caplog.text


@pytest.mark.parametrize(
    "url",
    ["nothing://host/5ecret", "slack://5ecret", "json://", "mailto://", "json://127.0.0.1:99999999/5ecret"],
)
def test_an_address_that_is_none_is_told_and_not_quoted(url: str, caplog: pytest.LogCaptureFixture) -> None:
    said = send(url, "Title", "Body", None)

    assert said
    assert "5ecret" not in said + caplog.text


def test_nobody_listening_is_told(web: WebInbox) -> None:
    free = web.url.replace("json://127.0.0.1", "json://127.0.0.1").rsplit(":", 1)[0] + ":1/5ecret"

    assert send(free, "Title", "Body", None).startswith("It could not be sent. ")


def test_the_log_of_the_library_is_left_as_it_was(web: WebInbox) -> None:
    log = logging.getLogger("apprise")
    send(web.url, "Title", "Body", None)  # loads the library, which gives its log a handler of its own
    before = (log.propagate, log.handlers[:])

    send(web.url, "Title", "Body", None)

    assert (log.propagate, log.handlers) == before


def test_a_message_that_is_too_long_comes_in_parts(web: WebInbox) -> None:
    body = "\n".join(f"Line {n:05} of a message." for n in range(3000))

    assert send(web.url, "Title", body, None) == ""

    assert len(web.posted) > 1
    assert "Line 02999 of a message." in web.posted[-1].body
