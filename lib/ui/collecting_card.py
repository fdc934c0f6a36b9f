"""The card about collecting: when the app collected days by itself, when it does next, and what failed."""

import pandas as pd

from lib import tables
from lib.answers import collected, instance
from lib.catalog.sources import SOURCES
from lib.ui import text
from lib.ui.cards import show_table


def show_collecting() -> None:
    """Draw how collecting stands; for those who run the instance."""
    status = collected.collecting_status(instance.open_backend())
    text.heading("Collecting")
    for sentence in status.said:
        text.sentence(sentence)
    if not status.failing:
        return
    text.warning(status.failing, icon=":material/sync_problem:")
    rows = [
        (SOURCES[name].label if name in SOURCES else name.capitalize(), said)
        for name, said in status.failures.items()
    ]
    show_table(
        "What could not be collected?",
        pd.DataFrame(rows, columns=["source", "said"], dtype=object),
        {"source": tables.text_column("Source", pinned=True), "said": tables.text_column("Why")},
        name="collecting-failures",
    )
