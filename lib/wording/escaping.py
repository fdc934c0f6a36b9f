"""Text from outside, such that Markdown draws it as it was written."""

import re
from unicodedata import bidirectional

_LEFT_TO_RIGHT = "\u200e"
_JOINER = "\u2060"
"""A word joiner: it has no width, and stops what Streamlit looks for in text after its escapes are undone."""

# Links, icons, emoji and arrows are found in the finished text, where a backslash has had its effect.
_FOUND_LATER = re.compile(
    r"(?<=:)(?=//)"  # https://…
    r"|(?<=www)(?=\.)"
    r"|(?<=@)(?=\S)"  # a mail address
    r"|(?<=−)(?=\$)"  # a line would break between a minus and its dollars
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


def in_order(name: str) -> str:
    """Return `name` with a mark behind it where it ends in Arabic or Hebrew, for figures to stand behind it.

    Without the mark, their signs and brackets would be read from right to left too.
    """
    direction = next((d for d in map(bidirectional, reversed(name)) if d in {"L", "R", "AL"}), "L")
    return name if direction == "L" else name + _LEFT_TO_RIGHT
