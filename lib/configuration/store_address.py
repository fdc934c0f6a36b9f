"""Where a store may be: a folder, or a place in an object store and what lets in there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

OBJECTS = "s3://"
"""How the address of a store in an object store begins."""

VARIABLES_OF_OBJECTS = {
    "access_key_id": ("AWS_ACCESS_KEY_ID",),
    "secret_access_key": ("AWS_SECRET_ACCESS_KEY",),
    "session_token": ("AWS_SESSION_TOKEN",),
    "region": ("AWS_REGION", "AWS_DEFAULT_REGION"),
    "endpoint_url": ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"),
}
"""Which variables of the environment say what of an object store, the first that is set."""


@dataclass(frozen=True)
class ObjectAccess:
    """How an object store is reached; what is None is found by the rules of its software (roles, profiles).

    Neither the key nor its secret shows in a repr.
    """

    access_key_id: str | None = field(default=None, repr=False)
    secret_access_key: str | None = field(default=None, repr=False)
    session_token: str | None = field(default=None, repr=False)
    region: str | None = None
    endpoint_url: str | None = None
    """The address of a server that is not Amazon's."""


def folder_of(uri: str) -> Path | None:
    """Return the folder at `uri`, None where that is in an object store."""
    if uri.startswith("file://"):
        return Path(unquote(urlsplit(uri).path))
    return None if "://" in uri else Path(uri)


def object_access(options: Mapping[str, str | None], environ: Mapping[str, str]) -> ObjectAccess:
    """Return how an object store is reached: as `options` say, else the variables of `environ`.

    A key of the options goes without the token that the environment has for another one.
    """
    has_key = bool(options.get("access_key_id"))
    found = {}
    for name, variables in VARIABLES_OF_OBJECTS.items():
        of_key = name in {"access_key_id", "secret_access_key", "session_token"}
        usual = (environ[v].strip() for v in variables if environ.get(v, "").strip())
        found[name] = options.get(name) or (None if has_key and of_key else next(usual, None))
    return ObjectAccess(**found)
