"""The statement in words."""

from collections.abc import Mapping

HOW_TO_READ = (
    "A month as OpenAI billed it, credits included, whatever the sidebar has chosen on other pages. A day is "
    "final three days after its end; until then its bill can still change.\n\n"
    "Type the total of the month’s invoice to see how far the bill is from it; *Keep this total* shows it to "
    "everybody, with who entered it. Taxes are on invoices only. *Mark as looked at* counts the revisions "
    "that come later.\n\n"
    "*With a named key* is the part of what was billed, credits aside, for which the bill names an API "
    "key. Printed, this page is a sheet of its own (Ctrl+P, or ⌘P)."
)
"""What the page of statements needs to be understood, in Markdown."""


def printed(numbers: Mapping[str, str]) -> list[str]:
    """Return the numbers of a statement as a line of print: `Billed: $62.00 · Of that, credits: $0.00`."""
    return [" · ".join(f"{label}: {number}" for label, number in numbers.items())]
