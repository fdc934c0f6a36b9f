"""Text on a page is drawn as it is written."""

from streamlit.testing.v1 import AppTest

LINK, AS_TEXT = "[a](http://b)", "\\[a\\]"


def page() -> None:
    from lib.ui import text

    link = "[a](http://b)"
    text.heading(link)
    text.subheading(link)
    text.sentence(link)
    text.caption(link)
    text.info(link, icon=":material/info:")
    text.success(link, icon=":material/check:")
    text.warning(link, icon=":material/warning:")
    text.error(link, icon=":material/error:")
    text.button(link, help=link, key="plain")
    text.button("b", key="bare")
    text.metric(link, "1", "+2", help=link, delta_color="inverse")
    text.metric("m", "3")


def drawn() -> AppTest:
    app = AppTest.from_function(page).run()
    assert not app.exception
    return app


def test_nothing_that_is_drawn_is_a_link() -> None:
    app = drawn()

    said = [app.header[0], app.subheader[0], app.markdown[0], app.caption[0]]
    boxes = [app.info[0], app.success[0], app.warning[0], app.error[0]]
    assert [AS_TEXT in element.value for element in (*said, *boxes)] == [True] * 8
    assert AS_TEXT in app.button[0].label
    assert AS_TEXT in app.button[0].help
    assert AS_TEXT in app.metric[0].label
    assert AS_TEXT in app.metric[0].help


def test_headings_have_no_anchor() -> None:
    app = drawn()

    assert [app.header[0].proto.hide_anchor, app.subheader[0].proto.hide_anchor] == [True, True]


def test_a_box_has_the_icon_that_it_is_given() -> None:
    app = drawn()

    assert [box.icon for box in (app.info[0], app.success[0], app.warning[0], app.error[0])] == [
        ":material/info:",
        ":material/check:",
        ":material/warning:",
        ":material/error:",
    ]


def test_a_number_is_framed_and_keeps_its_change() -> None:
    first, second = drawn().metric

    assert (first.value, first.delta, first.proto.show_border) == ("1", "+2", True)
    assert (second.value, second.delta, second.help) == ("3", "", "")


def test_what_has_no_help_says_none() -> None:
    assert drawn().button[1].help == ""


def test_options_are_put_in_words_that_are_text() -> None:
    from lib.ui import text

    assert AS_TEXT in text.labels(lambda option: f"{option}{LINK}")("x")
