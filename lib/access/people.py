"""People: what a sign-in says of somebody."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Person:
    """Somebody who signed in. `since` is when (UTC), None where the sign-in does not say."""

    email: str | None
    groups: frozenset[str] = frozenset()
    since: dt.datetime | None = None

    @property
    def name(self) -> str:
        """Return what to call them in a log and on the page."""
        return self.email or "somebody without an address"


def signed_in(claims: Mapping[str, Any], groups_claim: str) -> Person | None:
    """Return who the claims of an ID token are about, None where they are nobody's.

    An address that its provider says is not verified is no address.
    Claims: https://openid.net/specs/openid-connect-core-1_0.html, sections 2 and 5.1.
    """
    if claims.get("is_logged_in") is not True:
        return None
    email = address(claims)
    return Person(
        folded(email) if email else None, _groups(claims.get(groups_claim)), _moment(claims.get("iat"))
    )


def address(claims: Mapping[str, Any]) -> str | None:
    """Return the e-mail address of somebody who signed in, as it is written; None without one to rely on."""
    email = claims.get("email")
    sound = claims.get("is_logged_in") is True and claims.get("email_verified") is not False
    return email if sound and isinstance(email, str) and email else None


def folded(text: str) -> str:
    """Return an address or a pattern in small letters, in which addresses are compared.

    Only where all of it is ASCII: the small letters of others can be ASCII ones, such as that of the Kelvin
    sign, and somebody could be taken for somebody else.
    """
    text = text.strip()
    return text.lower() if text.isascii() else text


def _groups(claim: object) -> frozenset[str]:
    if isinstance(claim, str):
        return frozenset({claim})
    return frozenset(g for g in claim if isinstance(g, str)) if isinstance(claim, Collection) else frozenset()


def _moment(claim: object) -> dt.datetime | None:
    if isinstance(claim, bool) or not isinstance(claim, int | float):
        return None
    try:
        return dt.datetime.fromtimestamp(claim, dt.UTC)
    except (OverflowError, OSError, ValueError):
        return None
