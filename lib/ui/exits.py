"""What leaves the app from a card: its table as CSV, and its chart as a picture."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import streamlit as st

from lib.answers import instance, loading
from lib.catalog.dimensions import ORGANIZATION
from lib.charts.picture import PictureFormat, picture
from lib.charts.specification import Drawing
from lib.engine.filters import EVERYTHING, Filters
from lib.errors import AppError
from lib.periods.windows import ONE_DAY, Window
from lib.ui.filter_chips import filter_words
from lib.ui.session import session
from lib.ui.site_map import Control, entry_of
from lib.wording import dates
from lib.wording.file_names import file_name
from lib.wording.labels import Labels


@dataclass(frozen=True)
class Scope:
    """What figures are about: their days, None where they have none of their own, and what filters keep."""

    window: Window | None = None
    kept: str = ""

    def name(self, question: str, ending: str) -> str:
        """Return the name of a file with what answers `question`."""
        return file_name(question, self.window, self.kept, ending)

    @property
    def words(self) -> str:
        """Return the days and filters in a line: 1–31 Oct 2026 (UTC) · Search, Ada."""
        window = self.window
        days = f"{dates.day_range(window.first, window.end - ONE_DAY)} (UTC)" if window else ""
        return " · ".join(filter(None, (days, self.kept)))


def about(filters: Filters, window: Window | None = None) -> None:
    """Name what is saved from here on after other filters and days than the sidebar holds."""
    session().about = (filters, window)


def scope() -> Scope:
    """Return what the page that is being drawn is about."""
    remembered = session()
    view, controls = remembered.view, entry_of(remembered.page).controls
    if remembered.about:
        filters, window = remembered.about
    elif view:
        filters = view.filters if Control.FILTERS in controls else EVERYTHING
        window = view.window if Control.PERIOD in controls else None
    else:
        return Scope()
    if view and view.organizations:
        filters = filters.narrowed(ORGANIZATION, *view.organizations)
    return Scope(window, _kept(filters))


def _kept(filters: Filters) -> str:
    if not filters:
        return ""
    try:
        labels = loading.load_labels(instance.open_backend())
    except AppError:
        labels = Labels(())
    return filter_words(filters, labels)


def offer_csv(question: str, csv: Callable[[], bytes], name: str) -> None:
    """Draw a button that saves a table."""
    st.download_button(
        "CSV",
        csv,
        file_name=scope().name(question, "csv"),
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        key=f"csv:{name}",
        type="tertiary",
        help="The table behind this figure, rounded and exact",
    )


def offer_pictures(question: str, charts: Mapping[str, Drawing], said: str, name: str) -> None:
    """Draw a menu that saves `charts` as a picture, with the question, days, filters and what it shows."""
    there = scope()
    lines = [there.words, said] if there.words else [said]

    def make(format: PictureFormat) -> Callable[[], bytes]:  # noqa: A002 - Vega's own word
        return lambda: picture({n: c.to_dict() for n, c in charts.items()}, question, lines, format)

    with st.popover("Picture", icon=":material/image:", type="tertiary", help="Save the chart as a picture"):
        for format_, mime in (PictureFormat.PNG, "image/png"), (PictureFormat.SVG, "image/svg+xml"):
            st.download_button(
                format_.upper(),
                make(format_),
                file_name=there.name(question, format_),
                mime=mime,
                icon=":material/download:",
                on_click="ignore",
                key=f"{format_}:{name}",
                type="tertiary",
            )
