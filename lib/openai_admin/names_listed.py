"""Names: what projects, users, service accounts and API keys are called."""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

NameKind = Literal["project", "user", "api_key", "service_account"]


@dataclass(frozen=True)
class Name:
    """What one id is called; `name` is the id itself where the API gave no name.

    `detail` is a user's e-mail address or a key's redacted value. `project_id` and `owner_id` say to
    what a key or service account belongs. `first_seen` and `last_seen` are aware, in UTC.
    """

    kind: NameKind
    id: str
    name: str
    detail: str | None = None
    project_id: str | None = None
    owner_id: str | None = None
    archived: bool = False
    first_seen: dt.datetime | None = None
    last_seen: dt.datetime | None = None


@dataclass(frozen=True)
class NameList:
    """Every name that could be listed, and one sentence for each thing that could not."""

    names: tuple[Name, ...]
    failures: tuple[str, ...] = ()
