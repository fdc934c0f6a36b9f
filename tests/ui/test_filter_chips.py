import datetime as dt

from lib.answers.view import View
from lib.engine.filters import Filters
from lib.openai_admin.name_lists import Name
from lib.periods.windows import Window
from lib.ui.filter_chips import Chip, chips_of, filter_words
from lib.wording.labels import Labels

DAY = dt.date(2026, 11, 23)
LABELS = Labels((Name("project", "proj_a", "Search"),))


def view(**kept: list[str]) -> View:
    return View(Window(DAY, DAY + dt.timedelta(days=1)), DAY, filters=Filters.of(kept))


def test_each_value_has_a_chip_with_its_name() -> None:
    assert chips_of(view(project_id=["proj_a"], model=["gpt-6"]), LABELS) == [
        Chip("Project: Search", "project_id", ("proj_a",)),
        Chip("Model: gpt-6", "model", ("gpt-6",)),
    ]


def test_many_values_share_a_chip() -> None:
    assert chips_of(view(model=["a", "b", "c", "d"]), LABELS) == [
        Chip("Model: 4 models", "model", ("a", "b", "c", "d"))
    ]


def test_filters_are_named_by_their_values() -> None:
    assert (
        filter_words(view(project_id=["proj_a"], model=["a", "b", "c", "d"]).filters, LABELS)
        == "Search, 4 models"
    )
    assert filter_words(view().filters, LABELS) == ""
