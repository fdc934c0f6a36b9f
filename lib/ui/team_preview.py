"""The preview of another team file: what it would move, before it is used."""

import streamlit as st

from lib import tables
from lib.answers import team_rules
from lib.answers.reading import Reading
from lib.store.team_file import parse
from lib.ui import text
from lib.ui.cards import show_table
from lib.wording.numbers import usd

_MOST_SAID = 20


def show_team_preview(reading: Reading) -> None:
    """Draw the upload of a team file, and what it would change of the view's bill; nothing is kept of it."""
    with st.container(border=True):
        text.subheading("Try another file")
        st.caption(
            "Choose a changed team file to see what it would move. It is not kept: to use it, put it in "
            "place of the file on the server."
        )
        file = st.file_uploader("Team file", type=["toml", "txt"], max_upload_size=1, key="teams:file")
        if file is None:
            return
        try:
            content = file.getvalue().decode("utf-8-sig")
        except UnicodeDecodeError:
            text.error(f"{file.name} is not UTF-8 text. Save it as such.")
            return
        declared = parse(content, file.name)
        for problem in declared.problems[:_MOST_SAID]:
            text.error(problem)
        if declared.problems:
            return
        _show_moves(team_rules.moves(reading, declared))


def _show_moves(found: team_rules.Moves) -> None:
    if found.moves.empty:
        text.success("With this file, every dollar of the month stays where it is.")
    else:
        moved = usd(sum(map(abs, found.moves["billed"])), 2)
        text.info(f"With this file {moved} of the month would be another team’s.")
        show_table("What would move?", found.moves, tables.TEAM_MOVES, name="team-moves")
    show_table("What would each team spend?", found.totals, tables.TEAM_TOTALS, name="team-totals")
