"""The rules that a setting's value has to keep, wherever it was set; each names what is wrong in words.

What raises ValueError says it in a form that follows the setting's name, and never quotes a secret.
"""

import ipaddress
import re
from typing import TypeVar
from urllib.parse import urlsplit

from lib.configuration.store_address import OBJECTS, folder_of
from lib.errors import SettingsError
from lib.periods.zones import meant, zones

OPENAI = "https://api.openai.com/v1"
EVERYONE = "everyone"
ORGANIZATION_NAME = re.compile(r"(?!sk-)[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
_PLACEHOLDER = "sk-admin-..."
_SHORTEST_TOKEN = 24

Table = TypeVar("Table")


def checked_key(key: str) -> str:
    """Return `key`; raise a ValueError that does not quote it where no header could carry it."""
    if key == _PLACEHOLDER:
        msg = "is still the example's placeholder. Put the organization's admin key there."
        raise ValueError(msg)
    if not key or not key.isascii() or not key.isprintable() or " " in key:
        msg = "is not a key: it is empty, or holds spaces or characters that no key has. Copy it again."
        raise ValueError(msg)
    return key


def checked_url(url: str) -> str:
    """Return `url` without a trailing slash; raise ValueError unless the key is safe with it."""
    url = url.rstrip("/")
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        parts = None
    if parts is None or parts.query or parts.fragment or not url.isprintable() or " " in url:
        msg = f"is not an address. The API's own is {OPENAI}."
        raise ValueError(msg)
    if "@" in parts.netloc:
        msg = "must not hold a user name or password."
        raise ValueError(msg)
    if not parts.hostname or not (
        parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname))
    ):
        msg = "must begin with https:// (http:// only for this machine), so that the key stays secret."
        raise ValueError(msg)
    return url


def checked_endpoint(url: str) -> str:
    """Return the address of an object store; raise a ValueError that does not quote it where it is none."""
    try:
        parts = urlsplit(url)
        is_fit = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_fit = False
    if not is_fit or "@" in url or parts.path.strip("/") or parts.query or parts.fragment:
        msg = "must be an address such as https://objects.example.com, without a path, user name or password."
        raise ValueError(msg)
    return url.rstrip("/")


def check_store(uri: str) -> None:
    """Raise SettingsError where a store cannot be at `uri`.

    That is a folder in which delta-rs loses its way, or breaks down, or what no object store is called.
    """
    folder = folder_of(uri)
    if folder is None:
        if not _BUCKET.match(uri):
            msg = (
                "The store can be in a folder, or in a bucket as s3://bucket/prefix. Name one of these as "
                "[store] uri in .streamlit/secrets.toml or as USAGE_STORE_URI."
            )
            raise SettingsError(msg)
        return
    if not (wrong := _UNFIT.search(str(folder.absolute()))):
        return
    msg = (
        f"The store cannot be in the folder {uri!r}, because of the {wrong.group()!r} in it. Name a folder "
        "without [ ] | ^ \\, line breaks and signs such as %20, as [store] uri in .streamlit/secrets.toml or "
        "as USAGE_STORE_URI."
    )
    raise SettingsError(msg)


_BUCKET = re.compile(rf"{OBJECTS}[A-Za-z0-9][A-Za-z0-9._-]+(/|$)")
_UNFIT = re.compile(r"[\[\]|^\\\x00-\x1f\x7f\ud800-\udfff]|%[0-9A-Fa-f]{2}")


def is_loopback(host: str | None) -> bool:
    """Return whether `host` is this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False


def checked_editors(value: object) -> tuple[str, ...]:
    """Return e-mail addresses in lower case, or just `EVERYONE`; raise ValueError for anything else."""
    if value == EVERYONE:
        return (EVERYONE,)
    if not isinstance(value, list) or not all(isinstance(v, str) and "@" in v for v in value):
        msg = f'must be a list of e-mail addresses in quotes, or "{EVERYONE}".'
        raise ValueError(msg)
    return tuple(v.strip().casefold() for v in value)


def organization_name(name: str) -> str:
    """Return the `name` of an organization; raise ValueError where a variable could not carry it."""
    if not ORGANIZATION_NAME.fullmatch(name):
        msg = "must be named by up to 40 letters (a to z), digits, - and _, and begin with a letter or digit."
        raise ValueError(msg)
    return name


def told_apart(organizations: dict[str, Table]) -> dict[str, Table]:
    """Return `organizations`; raise ValueError where variables could not tell the names of two apart."""
    names: dict[str, str] = {}
    for name in organizations:
        other = names.setdefault(spelt(name), name)
        if other != name:
            msg = f"has {other} and {name}, which are too alike to be told apart everywhere. Rename one."
            raise ValueError(msg)
    return organizations


def checked_token(token: str) -> str:
    """Return `token`; raise a ValueError that does not quote it where it could be guessed or not be sent."""
    if len(token) < _SHORTEST_TOKEN or not token.isascii() or not token.isprintable() or " " in token:
        msg = (
            f"must be at least {_SHORTEST_TOKEN} letters, digits and signs, which nobody can guess. "
            "Make one: python -c 'import secrets; print(secrets.token_urlsafe(32))'"
        )
        raise ValueError(msg)
    return token


def checked_zone(name: str) -> str:
    """Return the `name` of a time zone; raise ValueError where there is none of that name."""
    if name in zones():
        return name
    msg = f"must be the name of a time zone, such as Europe/Berlin.{meant(name)}"
    raise ValueError(msg)


def spelt(name: str) -> str:
    """Return an organization's name as it stands in a variable of the environment."""
    return name.upper().replace("-", "_")
