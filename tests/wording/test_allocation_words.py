from decimal import Decimal

from lib.analysis.allocation.shares import Basis
from lib.wording.allocation_words import LABELS, MEANINGS, estimated, explained


def test_what_is_allocated_is_called_an_estimate() -> None:
    assert estimated(Decimal("0.5")) == ", of which 50.0% is allocated (estimate)"
    assert estimated(None) == ""


def test_the_explanation_names_the_dimension() -> None:
    assert explained("user").startswith("On some of these days the bill does not name the user. There,")


def test_every_basis_has_a_label_and_a_meaning() -> None:
    assert set(LABELS) == set(MEANINGS) == set(Basis)
