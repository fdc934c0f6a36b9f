"""What only the bill says: what a million tokens really cost, credits, and other currencies."""

import pandas as pd

from lib.analysis import prices
from lib.answers import loading
from lib.answers.reading import Reading
from lib.answers.remembered_answers import remembered
from lib.answers.results import Ranking
from lib.catalog.measures import MEASURES
from lib.catalog.sources import COSTS

SPEND = MEASURES["spend"]
_TOKENS = [MEASURES[m] for m in (*prices.TOKENS_OF.values(), "embedding_tokens")]
READ = (COSTS, *(source for measure in _TOKENS for source in measure.sources))


@remembered
def effective_prices(reading: Reading) -> pd.DataFrame:
    """Return billed dollars over used tokens by model and class (`lib.analysis.prices.effective_prices`)."""
    billed = reading.parts([SPEND], by=("model", "token_class"))
    return prices.effective_prices(billed, reading.parts(_TOKENS, by=("model",)))


def credits_given(lines: Ranking) -> pd.DataFrame:
    """Return `line_item` and `now` (USD) of the lines with a negative amount, largest credit first."""
    return prices.credits_of(lines.rows)


@remembered
def other_currencies(reading: Reading) -> pd.DataFrame:
    """Return `currency`, `line_item` and `amount` (exact) of bills that are not in US dollars."""
    return loading.load_other_currencies(reading.backend, reading.view.window)
