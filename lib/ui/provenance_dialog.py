"""Where the numbers of a page come from, one click away."""

import streamlit as st

from lib.answers import instance
from lib.answers.provenance import Origin, added_up_by, origins
from lib.errors import AppError
from lib.periods.zones import UTC
from lib.ui import text
from lib.ui.session import session
from lib.wording import provenance_words, zone_words
from lib.wording.escaping import markdown_text
from lib.wording.refusal_words import meaning


def offer_provenance() -> None:
    """Draw a button that opens the origins of the page's numbers; nothing on a page that needs none."""
    if session().required and st.button(
        "Where do these numbers come from?", icon=":material/source:", type="tertiary", key="provenance"
    ):
        _show()


@st.dialog("Where do these numbers come from?", width="large")
def _show() -> None:
    try:
        backend = instance.open_backend().at_once()
        found = origins(backend, session().required)
    except AppError as failure:
        text.error(str(failure))
        return
    text.sentence(
        "Each source was asked for these days, grouped by every dimension that it has; the page adds up the "
        "rows. Money is only ever that of Costs. A request can be repeated with a key of your own."
    )
    text.sentence(provenance_words.added_up(added_up_by(backend.settings)))
    if (view := session().view) and view.window.zone != UTC:
        text.sentence(zone_words.made_of(view.window))
    for origin in found:
        _show_origin(backend.settings.base_url, origin)


def _show_origin(base_url: str, origin: Origin) -> None:
    source, words = origin.source, provenance_words
    about = words.asked(source.label, source.path, origin.width, origin.window)
    with st.expander(markdown_text(about)):
        text.sentence(words.fetched(origin.first_fetched, origin.last_fetched))
        text.sentence(words.known(origin.final, origin.provisional, origin.missing))
        for refusal in origin.refused:
            text.sentence(meaning(refusal))
        for by in origin.groupings:
            limit = source.limits[origin.width]
            command = words.request(base_url, source.path, origin.width, origin.window, limit, by)
            st.code(command, language="bash", wrap_lines=True)
