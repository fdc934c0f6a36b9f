"""Dispatch: what is news is decided and recorded, then sent, and what came of it is recorded.

A message that was decided and whose end nobody recorded, because the process was killed, is sent again under
the same number: each arrives at least once. A decision holds only if nobody else decided anything since the
record was read, so that of several processes one decides.
"""

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from lib.alerts.composing import Message, harmless, in_one_line, message, signed
from lib.alerts.declared_alerts import Alert, Declared
from lib.alerts.digests import Digest, digest_due, digest_message, digest_picture
from lib.alerts.facts import News, news
from lib.alerts.finding import Place, find, no_place, place_of, whose
from lib.alerts.receivers import masked, receiver_id
from lib.alerts.remembering import PENDING, as_entries, digests_of, told_to
from lib.alerts.sending import Send, send
from lib.alerts.view_digests import needs_of, problem, view_message, view_picture
from lib.answers.instance import Backend
from lib.store.records.alert_messages import AlertMessage, MessageState
from lib.store.records.saved_views import SavedView
from lib.store.usage_store import Store

MOST_ATTEMPTS = 24
"""After so many a message is given up; what it told of is news again."""
_TICK = dt.timedelta(microseconds=1)


@dataclass(frozen=True)
class Outcome:
    """What one look came to: messages that were sent, and sentences about what went wrong."""

    sent: int = 0
    failures: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Draft:
    """A message that is not recorded yet."""

    alert: Alert
    message: Message
    facts: tuple[News, ...] = ()
    digest: Digest | None = None


class Dispatcher:
    """Tells the receivers of one organization its news; `is_held` says whether this process still may.

    Saved views are kept in the organization's store, or in the one that several organizations `share`. Of a
    backend of several, receivers are sent what is of all together, which is recorded in what they share.
    """

    def __init__(
        self,
        backend: Backend,
        declared: Declared,
        *,
        now: Callable[[], dt.datetime],
        shared: Store | None = None,
        is_held: Callable[[], bool] = lambda: True,
        deliver: Send = send,
    ) -> None:
        self._backend = backend
        several = bool(backend.settings.organizations)
        self._declared = declared.of_all_together if several else declared.of(backend.settings.organization)
        self._now = now
        self._shared = shared
        self._is_held = is_held
        self._deliver = deliver
        self._records = shared if several and shared else backend.store
        self._log = self._records.alert_messages

    def due(self, failures: list[str]) -> Iterator[tuple[Alert, Message]]:
        """Yield what would go out now, and add to `failures` what is wrong; nothing is recorded or sent."""
        messages = self._log.read()
        for alert in self._declared.alerts:
            for one in self._pending(alert, messages):
                yield alert, Message(one.title, one.body)
        for draft in self._drafts(messages, failures):
            yield draft.alert, draft.message

    def send_due(self) -> Outcome:
        """Send what was decided before, then decide what is news now and send that."""
        failures: list[str] = []
        down: set[str] = set()
        sent = self._send_pending(failures, down)
        version, messages = self._log.version(), self._log.read()
        drafts = list(self._drafts(messages, failures))
        if not drafts:
            return Outcome(sent, tuple(failures))
        decided = list(self._decided(drafts, messages))
        if not (self._is_held() and self._log.append_if_newest(decided, version)):
            return Outcome(sent, tuple(failures))  # another process decides
        return Outcome(sent + self._send_pending(failures, down), tuple(failures))

    def _send_pending(self, failures: list[str], down: set[str]) -> int:
        """Send what is pending, and return how many were; receivers that fail are added to those `down`."""
        sent = 0
        for alert in self._declared.alerts:
            if receiver_id(alert) in down:
                continue
            for one in self._pending(alert, self._log.read()):
                if not self._is_held():
                    return sent
                done = self._sent(alert, one)
                self._log.write([done], self._now())
                if done.state is not MessageState.SENT:
                    failures.append(f"{masked(alert)}: {done.failure}")
                    down.add(receiver_id(alert))
                    break  # the next ones would fail as well, and are to arrive in their order
                sent += 1
        return sent

    def _pending(self, alert: Alert, messages: Iterable[AlertMessage]) -> list[AlertMessage]:
        """Return what was decided for a receiver and is to be sent still, unless it is quiet there now."""
        if alert.quiet and alert.quiet.holds(self._now()):
            return []
        receiver = receiver_id(alert)
        return [m for m in messages if m.receiver == receiver and m.state in PENDING]

    def _sent(self, alert: Alert, one: AlertMessage) -> AlertMessage:
        picture = None
        if one.digest and (place := self._place(alert)):
            picture = self._picture(place, Digest.read(one.digest))
        failure = self._deliver(alert.url, one.title, signed(one.body, one.message_id), picture)
        attempts = one.attempts + 1
        state = MessageState.SENT
        if failure:
            state = MessageState.GIVEN_UP if attempts >= MOST_ATTEMPTS else MessageState.FAILED
        return replace(one, state=state, attempts=attempts, failure=failure)

    def _drafts(self, messages: Iterable[AlertMessage], failures: list[str]) -> Iterator[_Draft]:
        """Yield what is news to each receiver, unless it is quiet there now."""
        messages = list(messages)
        for alert in self._declared.alerts:
            if alert.quiet and alert.quiet.holds(self._now()):
                continue
            place = self._place(alert)
            if place is None:
                failures.append(f"{masked(alert)}: {no_place(self._backend, alert)}")
                continue
            yield from self._drafts_for(alert, place, messages, failures)

    def _drafts_for(
        self, alert: Alert, place: Place, messages: list[AlertMessage], failures: list[str]
    ) -> Iterator[_Draft]:
        receiver, address = receiver_id(alert), self._declared.address
        if alert.about:
            told = told_to(receiver, messages)
            found = news(find(place, alert), told, alert.about, place.today)
            if found:
                yield _Draft(alert, message(found, address, self._whose(place)), tuple(found))
        if alert.digest:
            digest = digest_due(alert.digest, self._now(), alert.view)
            if digest is None or digest.name in digests_of(receiver, messages):
                return
            if alert.view and (why := problem(self._views(), alert.view)):
                failures.append(f"{masked(alert)}: {why}")
                return
            self._fetch_hours(alert, place, digest, failures)
            if made := self._digest(place, digest):
                yield _Draft(alert, made, digest=digest)

    def _fetch_hours(self, alert: Alert, place: Place, digest: Digest, failures: list[str]) -> None:
        """Fetch the rows of which days of a view's zone are made, and wait for them."""
        needs = needs_of(place, self._views(), digest) if digest.view else []
        if not needs:
            return
        syncer = self._backend.syncer
        for job in (syncer.refresh(needs), syncer.request(needs)):
            job.wait()
            failures += [f"{masked(alert)}: {said}" for said in dict.fromkeys(job.failures.values())]

    def _digest(self, place: Place, digest: Digest) -> Message | None:
        address, named = self._declared.address, self._whose(place)
        if digest.view:
            return view_message(place, self._views(), digest, address, named)
        return digest_message(place, digest, address, named)

    def _picture(self, place: Place, digest: Digest) -> bytes | None:
        if digest.view:
            return view_picture(place, self._views(), digest)
        return digest_picture(place, digest)

    def _views(self) -> tuple[SavedView, ...]:
        found = self._backend.store.saved_views()
        # A store of several has those of what they share already.
        several = bool(self._backend.settings.organizations)
        return found if several or self._shared is None else (*found, *self._shared.saved_views())

    def _decided(self, drafts: Iterable[_Draft], messages: Iterable[AlertMessage]) -> Iterator[AlertMessage]:
        last = max(messages, key=lambda m: m.number, default=None)
        newest = max((m.written_at for m in messages if m.written_at), default=None)
        at = max(self._now(), newest + _TICK) if newest else self._now()
        for nth, draft in enumerate(drafts, last.number + 1 if last else 1):
            receiver = receiver_id(draft.alert)
            message_id = hashlib.sha256(f"{self._records.uri}\n{receiver}\n{nth}".encode()).hexdigest()[:10]
            yield AlertMessage(
                message_id,
                nth,
                receiver,
                masked(draft.alert),
                MessageState.DECIDED,
                in_one_line(draft.message.title),
                harmless(draft.message.body),
                self._now(),
                as_entries(draft.facts),
                draft.digest.name if draft.digest else "",
                written_at=at,
            )

    def _place(self, alert: Alert) -> Place | None:
        return place_of(self._backend, alert.scope, self._now())

    def _whose(self, place: Place) -> str:
        organization = self._backend.settings.organization or ""
        return ", ".join(filter(None, (organization, whose(place))))
