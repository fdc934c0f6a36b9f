"""What leaves the app from a card: its table as a file, and its chart as a picture."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

import streamlit as st

from lib.answers import instance, loading
from lib.answers.provenance import origins
from lib.catalog.dimensions import ORGANIZATION
from lib.charts.picture import PictureFormat, picture
from lib.charts.specification import Drawing
from lib.engine.filters import EVERYTHING, Filters
from lib.errors import AppError
from lib.periods.windows import ONE_DAY, Window
from lib.periods.zones import UTC
from lib.tables.figure_files import TableFile
from lib.ui.filter_chips import filter_words
from lib.ui.session import session
from lib.ui.site_map import Control, entry_of
from lib.wording import dates, provenance_words, zone_words
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
        """Return the days, with their time zone, and filters in a line: 1–31 Oct 2026 (UTC) · Search, Ada."""
        window = self.window
        days = zone_words.days(window) if window else ""
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


def about_file(question: str) -> dict[str, str]:
    """Return what a workbook says of itself: the question, days, filters, time zone, and what is final."""
    there = scope()
    said = {"Question": question}
    if there.window:
        said["Period"] = dates.day_range(there.window.first, there.window.end - ONE_DAY)
    said |= {"Filters": there.kept or "none", "Time zone": there.window.zone if there.window else UTC}
    try:
        found = origins(instance.open_backend().at_once(), session().required)
    except AppError:
        return said
    for one in found:
        name = f"{one.source.label}, {zone_words.days(one.window)}"
        said[name] = provenance_words.known(one.final, one.provisional, one.missing)
    return said


def offer_files(
    question: str,
    files: Callable[[], Iterable[TableFile]],
    name: str,
    charts: Mapping[str, Drawing] | None = None,
    said: str = "",
) -> None:
    """Draw a menu that saves a table as `files`, and `charts` as a picture with what is `said` of them.

    What is in it is made once it is opened.
    """
    menu = st.popover(
        "Save as",
        icon=":material/save_alt:",
        type="tertiary",
        help="Excel, Parquet, and the chart as a picture" if charts else "Excel or Parquet",
        key=f"save:{name}",
        on_change="rerun",
    )
    if not menu.open:
        return
    there = scope()
    with menu:
        for file in (*_pictures(question, charts or {}, there, said), *files()):
            st.download_button(
                file.label,
                file.make,
                file_name=there.name(question, file.ending),
                mime=file.mime,
                icon=":material/download:",
                on_click="ignore",
                key=f"{file.ending}:{name}",
                type="tertiary",
            )


def _pictures(question: str, charts: Mapping[str, Drawing], there: Scope, said: str) -> Iterator[TableFile]:
    """Yield the ways to save charts as a picture, with the question, its days and filters above them."""
    lines = [there.words, said] if there.words else [said]

    def make(format: PictureFormat) -> Callable[[], bytes]:  # noqa: A002 - Vega's own word
        return lambda: picture({n: c.to_dict() for n, c in charts.items()}, question, lines, format)

    for format_, mime in (PictureFormat.PNG, "image/png"), (PictureFormat.SVG, "image/svg+xml"):
        if charts:
            yield TableFile(format_.upper(), format_, mime, make(format_))
