"""What a browser shows of text that was escaped for Markdown (see `lib.wording.escaping`)."""

import re


def shown(markdown: str) -> str:
    """Return `markdown` without its escapes."""
    return re.sub(r"\\([!-/:-@\[-`{-~\n])", r"\1", markdown).replace("&nbsp;", " ").replace("\u2060", "")
