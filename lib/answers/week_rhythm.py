"""At which hours of the week something is used."""

import pandas as pd

from lib.analysis import rhythm
from lib.answers import instance
from lib.answers.reading import Reading
from lib.catalog.measures import Measure


def weekday_hours(hourly: Reading, measure: Measure) -> pd.DataFrame:
    """Return the mean of a sum for each hour of the week (`lib.analysis.rhythm.weekday_hours`).

    `hourly` is a reading whose view is cut by hour.
    """
    view = hourly.view
    return rhythm.weekday_hours(hourly.parts([measure], grain=view.cut), measure, view.window, instance.now())
