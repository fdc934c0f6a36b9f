import pytest

from lib.wording.escaping import in_order, markdown_text

JOINER = "\u2060"


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("Search backend, 25 Oct – 23 Nov 2026: 12.5%.", "Search backend, 25 Oct – 23 Nov 2026: 12.5%."),
        ("![x](http://a/p.gif)", rf"!\[x\](http:{JOINER}//a/p.gif)"),
        ("[sign in](/l)", r"\[sign in\](/l)"),
        ("$x$", r"\$x\$"),
        ("**b** _i_ `c` ~~s~~", r"\*\*b\*\* \_i\_ \`c\` \~\~s\~\~"),
        ("proj_a", "proj_a"),
        ("<b>", r"\<b\>"),
        ("&lt;", r"\&lt;"),
        ("R&D, 3 & 4", "R\\&D, 3 & 4"),
        ("a | b", r"a \| b"),
        ("C:\\", "C:\\\\"),
    ],
)
def test_what_markdown_would_read_is_escaped(text: str, markdown: str) -> None:
    assert markdown_text(text) == markdown


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("https://example.com", f"https:{JOINER}//example.com"),
        ("www.example.com", f"www{JOINER}.example.com"),
        ("ada@example.com", f"ada@{JOINER}example.com"),
    ],
)
def test_an_address_does_not_become_a_link(text: str, markdown: str) -> None:
    assert markdown_text(text) == markdown


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        (":red[x]", r"\:red\[x\]"),
        (":material/home:", rf"\:{JOINER}material/home:"),
        (":smile:", rf"\:{JOINER}smile:"),
        ("a -> b -- c", rf"a -{JOINER}\> b -{JOINER}- c"),
    ],
)
def test_what_streamlit_would_replace_is_broken_up(text: str, markdown: str) -> None:
    assert markdown_text(text) == markdown


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("# x", r"\# x"),
        ("- x", r"\- x"),
        ("1. x", r"1\. x"),
        ("a\n===", "a\\\n\\==="),
        ("2026-01-31", "2026-01-31"),
    ],
)
def test_a_line_does_not_become_a_heading_or_a_list(text: str, markdown: str) -> None:
    assert markdown_text(text) == markdown


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("a\nb", "a\\\nb"),
        ("a\r\n\r\nb", "a\\\n\\\nb"),
        ("    x", "&nbsp;&nbsp;&nbsp;&nbsp;x"),
        ("a  b", "a &nbsp;b"),
        ("a\n", "a"),
    ],
)
def test_line_breaks_and_spaces_are_kept(text: str, markdown: str) -> None:
    assert markdown_text(text) == markdown


@pytest.mark.parametrize(
    ("name", "marked"),
    [
        ("Search", False),
        ("فريق", True),
        ("תוכנית 2!", True),
        ("فريق (Search)", False),
        ("2026", False),
        ("", False),
    ],
)
def test_figures_behind_a_name_keep_their_order(name: str, marked: bool) -> None:
    assert in_order(name) == (f"{name}\u200e" if marked else name)
