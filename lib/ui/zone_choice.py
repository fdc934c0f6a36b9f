"""The time zone of a page: whose days it counts by, and which day it is there."""

import datetime as dt
from collections.abc import Collection

import streamlit as st

from lib.answers import instance
from lib.answers.address import Choices, Parameters
from lib.answers.zoned_pages import counts_by_zone
from lib.errors import AppError
from lib.periods.zones import UTC, today_in, zones
from lib.ui.site_map import Control, entry_of
from lib.wording import zone_words


def controls_of(page: str, chosen: Parameters) -> tuple[Control, ...]:
    """Return the controls that count on a page, a zone among them where what is `chosen` has no dollars."""
    entry = entry_of(page)
    zoned = counts_by_zone(entry.file, chosen)
    return tuple(dict.fromkeys((*entry.controls, *((Control.ZONE,) if zoned else ()))))


def choose_zone() -> None:
    """Draw the choice of a time zone; what is chosen is in the session's state as `zone`."""
    st.selectbox(
        "Time zone",
        zones(),
        key="zone",
        help="Whose days usage is counted by. They are made of rows by hour, which costs do not have",
    )


def days_in(choices: Choices, counts: Collection[Control], now: dt.datetime) -> tuple[dt.date, str]:
    """Return which day it is, and the zone whose days a page with these controls shows.

    That is UTC where no zone counts, as where dollars are shown, and where its days cannot be had.
    """
    zone = zone_of(choices) if Control.ZONE in counts and not refused(choices, now) else UTC
    return today_in(zone, now), zone


def zone_of(choices: Choices) -> str:
    """Return the zone that is chosen, or else the one that the settings name."""
    return choices.zone or usual_zone()


def usual_zone() -> str:
    """Return the zone that the settings name; UTC where they cannot be read, which pages say themselves."""
    try:
        return instance.settings().time_zone
    except AppError:
        return UTC


def refused(choices: Choices, now: dt.datetime) -> str:
    """Return why the days of the zone cannot be had, nothing where they can."""
    zone = zone_of(choices)
    view = choices.view(today_in(zone, now), zone)
    return zone_words.refusal(view.window, view.compared)


def day_of_link(link: Parameters, counts: Collection[Control], now: dt.datetime) -> dt.date:
    """Return which day it is in the zone that a link names, where that counts, else in UTC."""
    named = next(iter(link.get("tz", ())), usual_zone())
    return today_in(named if Control.ZONE in counts and named in zones() else UTC, now)
