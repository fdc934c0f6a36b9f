"""Text from outside, such that Markdown draws it as it was written."""

import re

_JOINER = "\u2060"
"""A word joiner: it has no width, and stops what Streamlit looks for in text after its escapes are undone."""

# Links, icons, emoji and arrows are found in the finished text, where a backslash has had its effect.
_FOUND_LATER = re.compile(
    r"(?<=:)(?=//)"  # https://…
    r"|(?<=www)(?=\.)"
    r"|(?<=@)(?=\S)"  # a mail address
    r"|(?<=:)(?=[\w+/-]+:)"  # :smile:, :material/home:
    r"|(?<=<)(?=-|=)|(?<=-)(?=-|>)|(?<=[>~])(?==)",  # <-, ->, --, <=, >= and ~= would be drawn as signs
    re.IGNORECASE,
)
_INLINE = re.compile(
    r"[\\`*\[\]<>$~|]"
    r"|_(?![^\W_])|(?<![^\W_])_"  # within a word it means nothing
    r"|&(?=[#\w])"
    r"|:(?=\u2060?[^\W\d]|:)"  # :red[…]
)
_LINE_START = re.compile(r"^(?=[-+=#])|^(\d+)(?=[.)])", re.MULTILINE)
_SPACE = re.compile(r"^[ \t\xa0]|[ \t]$|(?<=[ \t])[ \t]|\t", re.MULTILINE)
_LINE_END = re.compile(r"\r\n|[\r\n\u2028\u2029\x0b\x0c\x85]")


def markdown_text(text: str) -> str:
    """Return `text` as Markdown that draws exactly that text: no link, picture, formula, icon or heading.

    Line breaks and runs of spaces are kept; only those at the very end, which nobody sees, are not.
    """
    lines = _LINE_END.sub("\n", text).rstrip()
    joined = _FOUND_LATER.sub(_JOINER, lines)
    escaped = _LINE_START.sub(r"\1\\", _INLINE.sub(r"\\\g<0>", joined))
    return _SPACE.sub("&nbsp;", escaped).replace("\n", "\\\n")
