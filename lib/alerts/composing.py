"""Messages: news in words, for whoever reads them elsewhere."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from lib.alerts.facts import News, Stage
from lib.alerts.links import link

_PREFIX: Mapping[Stage, str] = {Stage.FIRST: "", Stage.WORSE: "Worse: ", Stage.OVER: "Over: "}
_MOST = 20
_CALLS = re.compile(r"@(?:everyone|here|channel)\b|<[!@]", re.IGNORECASE)
_NOTHING = "\u200b"  # a space of no width


@dataclass(frozen=True)
class Message:
    """What is sent: a title of one line, and the text below it."""

    title: str
    body: str


def message(all_news: Sequence[News], address: str, whose: str = "") -> Message:
    """Return news as one message, the weightiest first; `whose` names the organization, project or team."""
    ordered = sorted(all_news, key=lambda one: one.stage is Stage.OVER)
    first, more = ordered[0], len(ordered) - 1
    title = f"{_PREFIX[first.stage]}{first.told.title}{f' and {more} more' if more else ''}"
    said = [f"{_PREFIX[one.stage]}{one.words}\n{link(address, one.told.page)}" for one in ordered[:_MOST]]
    if more >= _MOST:
        said.append(f"{len(ordered) - _MOST} more. {link(address, 'overview')}")
    return Message(f"{whose}: {title}" if whose else title, "\n\n".join(said))


def harmless(text: str) -> str:
    """Return `text` so that no name in it calls a whole channel, which Slack and Discord would do."""
    return _CALLS.sub(lambda found: f"{found[0][0]}{_NOTHING}{found[0][1:]}", text)


def in_one_line(title: str) -> str:
    """Return a title without the line breaks that a name may hold, which end the header of a mail."""
    return " ".join(harmless(title).split())


def signed(body: str, message_id: str) -> str:
    """Return `body` with what tells a message that arrives twice from one that says the same again."""
    return f"{body}\n\nMessage {message_id}. The same number again is the same message."


def in_lines(messages: Iterable[tuple[str, Message]]) -> str:
    """Return messages as they would go out, each after whom it is for."""
    return "\n".join(f"To {to}\n{one.title}\n\n{one.body}\n" for to, one in messages)
