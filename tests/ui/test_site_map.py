import pytest

from lib.ui.site_map import ENTRIES, FIRST, MOVED, SECTIONS, Moved, page_path


def test_the_navigation_has_at_most_six_entries() -> None:
    sections = {name: entries for name, entries in SECTIONS.items() if name}

    assert len(SECTIONS[""]) + len(sections) <= 6
    assert FIRST.file == "overview"


def test_every_file_is_a_page_or_an_old_address() -> None:
    files = {path.stem for path in page_path(FIRST.file).parent.glob("*.py")}

    assert files == {*ENTRIES, *MOVED}


@pytest.mark.parametrize("old", MOVED)
def test_an_old_address_leads_to_a_page_that_is_there(old: str) -> None:
    assert old not in ENTRIES
    assert MOVED[old].page in ENTRIES


@pytest.mark.parametrize("old", MOVED)
def test_an_old_address_keeps_what_all_pages_share(old: str) -> None:
    shared = {"period": ["7d"], "project": ["proj_a", "proj_b"], "compare": ["none"], "grain": ["week"]}

    parameters = MOVED[old].parameters(shared)

    assert {name: parameters.get(name) for name in shared} == shared


def test_parameters_of_an_old_address_take_their_new_names() -> None:
    moved = Moved("costs", renamed={"whose": "stack"}, assumed={"stack": "project_id"})

    assert moved.parameters({"whose": ["user_id"], "period": ["7d"]}) == {
        "stack": ["user_id"],
        "period": ["7d"],
    }
    assert moved.parameters({}) == {"stack": ["project_id"]}
