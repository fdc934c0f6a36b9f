"""Text that can be written: broken Unicode replaced, wherever text comes in from outside."""

import re

_HALF = re.compile("[\ud800-\udfff]")


def whole_text(text: str) -> str:
    """Return `text` with U+FFFD for each half of a surrogate pair, which no file and no database can hold.

    An escape of JSON and a byte that is not UTF-8 on a command line leave such halves.
    """
    return _HALF.sub("\ufffd", text)
