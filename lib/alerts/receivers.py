"""Receivers: what tells one from another, and what it is called where its address must not be seen."""

import hashlib
from urllib.parse import urlsplit

from lib.alerts.declared_alerts import Alert

_WITH_HOSTS = frozenset({"json", "jsons", "xml", "xmls", "form", "forms", "mailto", "mailtos"})
"""Addresses whose host is the name of a server; in others, a token may stand there."""


def receiver_id(alert: Alert) -> str:
    """Return what a receiver goes by in the store, which gives nothing of its address away."""
    return hashlib.sha256(f"{alert.url}\n{alert.scope.key}".encode()).hexdigest()[:12]


def masked(alert: Alert) -> str:
    """Return what a receiver is called: its name, or its address without what may be secret."""
    if alert.name:
        return alert.name
    scheme = alert.url.partition("://")[0].lower()
    try:
        host = urlsplit(alert.url).hostname if scheme in _WITH_HOSTS else None
    except ValueError:
        host = None
    return f"{scheme}://{host or ''}…"


def without_secrets(text: str, url: str) -> str:
    """Return `text` without any part of `url` that may be secret."""
    rest = url.partition("://")[2]
    for sign in "@:/?&=#,;+":
        rest = rest.replace(sign, " ")
    for part in sorted(rest.split(), key=len, reverse=True):
        if len(part) >= _LONG:
            text = text.replace(part, "…")
    return text


_LONG = 5
