"""What sync needs of the admin API's client."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from lib.catalog.sources import Source
from lib.openai_admin import Part
from lib.openai_admin.name_lists import Name, NameList
from lib.openai_admin.refusals import Refusal
from lib.openai_admin.spend_limits import LimitList
from lib.periods.widths import Width
from lib.periods.windows import Window


class Client(Protocol):
    """What sync needs of the admin API's client."""

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        """Return all known refusals."""

    def know(self, refusals: Iterable[Refusal]) -> None:
        """Take `refusals` for all that is known."""

    @property
    def requests_made(self) -> Mapping[str, int]:
        """Return the requests sent so far by source name."""

    def fetch(self, source: Source, width: Width, window: Window) -> list[Part]:
        """Return the parts that cover `window`."""

    def fetch_names(self) -> NameList:
        """Return all projects and users."""

    def fetch_keys(self, projects: Sequence[Name]) -> NameList:
        """Return the keys and service accounts of `projects`."""

    def fetch_limits(self, projects: Iterable[str]) -> LimitList:
        """Return the spend limits and alerts of the organization and of `projects`."""
