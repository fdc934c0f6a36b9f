"""The card about alerts: who is told what, what was sent to whom, and what failed."""

import pandas as pd

from lib import tables
from lib.alerts.declared_alerts import Alert, Declared, load_alerts
from lib.alerts.receivers import masked
from lib.answers import instance
from lib.errors import SettingsError
from lib.store.records.alert_messages import AlertMessage, MessageState
from lib.store.records.saved_views import SavedView
from lib.ui import text
from lib.ui.cards import show_table
from lib.wording import alert_words, dates
from lib.wording import numbers as fmt

_SHOWN = 100


def show_alerts() -> None:
    """Draw who is told what, and the latest messages; for those who run the instance."""
    text.heading("Alerts")
    try:
        declared = load_alerts(instance.secrets(), instance.settings().names)
    except SettingsError as wrong:
        text.error(str(wrong))
        declared = Declared()
    else:
        if not declared.alerts:
            text.sentence(alert_words.NOBODY)
    backend = instance.open_backend()
    if declared.alerts:
        _show_receivers(declared)
        _say_unsent(declared, backend.store.saved_views())
    messages = backend.store.alerts_sent()[-_SHOWN:][::-1]
    if messages:
        _show_messages([_message(one, is_masked=backend.store.masks) for one in messages])


def _show_receivers(declared: Declared) -> None:
    if not declared.address:
        text.caption(alert_words.NO_ADDRESS)
    show_table(
        "Who is told what?",
        pd.DataFrame([_receiver(alert) for alert in declared.alerts], dtype=object),
        {
            "to": tables.text_column("To", pinned=True),
            "about": tables.text_column("About"),
            "only": tables.text_column("Only of"),
            "digest": tables.text_column("Digest"),
            "quiet": tables.text_column("Quiet hours"),
        },
        name="receivers",
    )


def _say_unsent(declared: Declared, views: tuple[SavedView, ...]) -> None:
    """Say of each digest whose view cannot be sent why that is so."""
    # What sends messages is slow to load, and most instances send no view.
    if any(alert.view for alert in declared.alerts):
        from lib.alerts.view_digests import problem

        for alert in declared.alerts:
            if alert.view and (why := problem(views, alert.view)):
                text.warning(f"{masked(alert)}: {why}")


def _show_messages(rows: list[dict[str, str]]) -> None:
    show_table(
        "What was sent?",
        pd.DataFrame(rows, dtype=object),
        {
            "at": tables.text_column("Decided (UTC)", pinned=True),
            "to": tables.text_column("To"),
            "title": tables.text_column("Message"),
            "state": tables.text_column("State"),
            "failure": tables.text_column("Why not"),
            "number": tables.text_column("Number", "Stands in the last line of the message"),
        },
        name="alerts",
    )


def _receiver(alert: Alert) -> dict[str, str]:
    return {
        "to": masked(alert),
        "about": ", ".join(sorted(alert.about)) or fmt.MISSING,
        "only": alert_words.only_of(
            alert.organization, alert.scope.project, alert.scope.team, together=alert.together
        )
        or fmt.MISSING,
        "digest": alert_words.digest(alert.digest, alert.view) if alert.digest else fmt.MISSING,
        "quiet": str(alert.quiet) if alert.quiet else fmt.MISSING,
    }


def _message(one: AlertMessage, *, is_masked: bool) -> dict[str, str]:
    failed = one.state in (MessageState.FAILED, MessageState.GIVEN_UP)
    return {
        "at": dates.minute(one.decided_at),
        "to": one.sent_to,
        # A message names people and keys as they are.
        "title": fmt.MISSING if is_masked else one.title,
        "state": alert_words.STATES[one.state],
        "failure": one.failure if failed else "",
        "number": one.message_id,
    }
