"""What commands say on standard error, beside their results."""

import sys
from collections.abc import Mapping
from decimal import Decimal

from lib.sync.report import Progress
from lib.sync.verification import Finding
from lib.wording.verification_words import found_wrong


def complain(sentence: str) -> None:
    """Write a sentence to standard error."""
    sys.stderr.write(f"{sentence}\n")


def said(finding: Finding) -> str:
    """Return what a comparison of the store with its record found wrong."""
    return found_wrong(
        finding.source, finding.width, days=finding.days, files=finding.files, failure=finding.failure
    )


def tell_progress(progress: Progress) -> None:
    """Write how far a sync is to standard error."""
    if progress.what:
        share = progress.done / max(progress.total, 1)
        complain(f"{share:.0%} fetched; fetching {progress.what}")


def amounts(by_currency: Mapping[str, Decimal]) -> str:
    """Return exact amounts in words: `12.5 EUR and 3 GBP`."""
    return " and ".join(
        f"{amount.normalize():f} {currency.upper()}" for currency, amount in by_currency.items()
    )
