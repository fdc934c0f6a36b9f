"""What a click on a figure narrows to."""

from collections.abc import Mapping
from dataclasses import dataclass

from lib.answers.address import SHORT
from lib.catalog.dimensions import CREDITS, OTHER, UNATTRIBUTED
from lib.ui import address_bar
from lib.ui.sidebar import narrow


@dataclass(frozen=True)
class Pick:
    """What a click on a mark or a row narrows to: a dimension, and the id behind each label."""

    dimension: str
    ids: Mapping[str, str]

    def narrow(self, label: str | None) -> None:
        """Narrow the view to what `label` names, where it names one thing."""
        if label is not None and label in self.ids:
            narrow(self.dimension, self.ids[label])

    def profile(self, label: object) -> str | None:
        """Return the address of the page about the project, user or key that `label` names, if it does."""
        about = self.ids.get(str(label), UNATTRIBUTED)
        if self.dimension not in SHORT or about == UNATTRIBUTED:
            return None
        return address_bar.link("profile", kind=SHORT[self.dimension], id=about)


def pick_of(dimension: str, labels: Mapping[str, str]) -> Pick:
    """Return the pick of a dimension whose ids have `labels`."""
    ids = {label: value for value, label in labels.items() if value not in {OTHER, CREDITS}}
    return Pick(dimension, ids | {UNATTRIBUTED: UNATTRIBUTED})
