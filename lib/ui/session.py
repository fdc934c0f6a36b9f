"""What the app remembers of one browser tab from run to run.

Streamlit may cut a run short at any of its own calls, and reading or writing `st.session_state` is one.
Therefore all of it is one object that is complete from the start; changing its attributes is no call of
Streamlit's, so that what belongs together changes together.
"""

from dataclasses import dataclass, field

import streamlit as st

from lib.answers.address import Choices, Parameters
from lib.answers.view import View
from lib.engine.filters import Filters
from lib.periods.windows import Window
from lib.sync.plan import Need

_KEY = "session"


@dataclass
class Session:
    """What is remembered of one tab; the sidebar's controls keep their own values under keys of their own."""

    link: dict[str, list[str]] = field(default_factory=dict)
    """The parameters of the address that the tab was opened with."""
    page: str = ""
    """The path of the page that is open."""
    choices: Choices = field(default_factory=Choices)
    """What the sidebar's controls hold, or will once they do."""
    held: bool = False
    """Whether the sidebar's controls hold `choices`; until then they are given them at each run."""
    corrections: tuple[str, ...] = ()
    """What had to be put right in the link, said for as long as the controls hold `corrected`."""
    corrected: Choices | None = None
    view: View | None = None
    """The view of the latest run, None before the first."""
    required: tuple[Need, ...] = ()
    """What the page that is open needs, for the Refresh button."""
    in_part: bool = False
    """Whether a part of the page has begun, under a heading of its own."""
    about: tuple[Filters, Window | None] | None = None
    """What the page shows, where that is not what the sidebar chose."""
    hours: Window | None = None
    """The window for which somebody asked for hourly rows."""
    status_of: tuple[object, ...] = ()
    """The days and filters for which how things stand was last drawn."""
    status_waits: bool = False
    """Whether the page is to be drawn once more in a moment, for what takes longer."""
    in_bar: dict[str, list[str]] | None = None
    """The parameters that the address bar of `bar_page` is known to hold, None before the first run."""
    bar_page: str = ""
    started_on: set[str] = field(default_factory=set)
    """The pages that had an address without parameters; going Back to one is to start over there."""
    kept: dict[str, list[str]] = field(default_factory=dict)
    """What was chosen on pages, by parameter."""
    shared: dict[str, list[str]] = field(default_factory=dict)
    """The parameters that every page shares."""
    address: dict[str, list[str]] = field(default_factory=dict)
    """The parameters of the run so far."""
    clicked: dict[str, int] = field(default_factory=dict)
    """How often a click on a chart, by its key, changed the view."""
    gate: str = ""
    """What the gate decided, and wrote down, the last time."""
    open_put_away: bool = False
    """Whether somebody has read that nobody has to sign in."""
    demo_put_away: bool = False
    """Whether somebody has read that the organization is invented."""
    started: bool = False
    """Whether it was looked at which view somebody starts with."""
    rerouted: bool = False
    """Whether a page that was opened by itself was sent through streamlit_app.py."""

    def follow(self, link: Parameters, choices: Choices, corrections: tuple[str, ...]) -> None:
        """Start over from a link, whose sidebar `choices` are the given ones."""
        self.in_bar = {name: list(values) for name, values in link.items()}
        self.bar_page = self.page
        if not link:
            self.started_on.add(self.page)
        self.kept = {name: list(values) for name, values in link.items()}
        self.choices, self.held = choices, False
        self.corrections, self.corrected = corrections, None

    def move(self, parameters: Parameters) -> None:
        """Take `parameters` for the link that the tab was opened with, as its page has moved."""
        self.link = {name: list(values) for name, values in parameters.items()}
        self.in_bar = None

    def start_over(self) -> None:
        """Forget what was chosen, in the sidebar and on pages."""
        self.choices, self.held, self.kept, self.corrections = Choices(), False, {}, ()


def session() -> Session:
    """Return the session of the tab, a fresh one at the first call."""
    if _KEY not in st.session_state:
        link = {name: st.query_params.get_all(name) for name in st.query_params}
        st.session_state[_KEY] = Session(link)
    found: Session = st.session_state[_KEY]
    return found
