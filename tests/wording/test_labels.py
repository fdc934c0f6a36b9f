import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.catalog.dimensions import OTHER, UNATTRIBUTED
from lib.openai_admin.name_lists import Name, NameKind
from lib.wording.labels import Labels

NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


def named(
    kind: NameKind, id_: str, name: str, *, archived: bool = False, ago: dt.timedelta = 0 * DAY
) -> Name:
    return Name(kind, id_, name, archived=archived, first_seen=NOON - 90 * DAY, last_seen=NOON - ago)


def test_an_id_goes_by_its_name() -> None:
    labels = Labels([named("project", "proj_1", "Search"), named("user", "user-1", "Ada")])

    assert labels.of("project_id", "proj_1") == "Search"
    assert labels.of("user_id", "user-1") == "Ada"


def test_an_id_without_a_name_is_its_own_label() -> None:
    labels = Labels([named("project", "proj_1", "Search")])

    assert labels.of("project_id", "proj_2") == "proj_2"
    assert labels.of("user_id", "proj_1") == "proj_1"
    assert labels.of("model", "gpt-4o") == "gpt-4o"
    assert labels.of("batch", "true") == "Batch"
    assert labels.of("batch", "false") == "Not batch"


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("  ", "proj_1"),
        ("\u202e", "proj_1"),
        ("Search\u202eteam", "Searchteam"),
        (" Search\n\tteam ", "Search team"),
        ("فريق", "فريق"),
        ("👩‍👩‍👧", "👩‍👩‍👧"),
    ],
)
def test_a_name_reads_in_one_line_and_turns_nothing_round(name: str, label: str) -> None:
    assert Labels([named("project", "proj_1", name)]).of("project_id", "proj_1") == label


def test_service_accounts_are_among_the_users() -> None:
    labels = Labels([named("service_account", "user-svc", "nightly"), named("user", "user-1", "Ada")])

    assert labels.of("user_id", "user-svc") == "nightly"
    assert labels.known("user_id") == ("user-1", "user-svc")


def test_what_has_no_id_says_so() -> None:
    labels = Labels([])

    assert labels.of("project_id", UNATTRIBUTED) == "No project"
    assert labels.of("api_key_id", UNATTRIBUTED) == "No API key"
    assert labels.of("model", UNATTRIBUTED) == "No model"


def test_keys_of_one_name_carry_their_project() -> None:
    labels = Labels(
        [
            named("project", "proj_1", "Search"),
            named("project", "proj_2", "Support"),
            replace(named("api_key", "key_aaa111", "production"), project_id="proj_1"),
            replace(named("api_key", "key_bbb222", "production", ago=3 * DAY), project_id="proj_2"),
            replace(named("api_key", "key_ccc333", "staging"), project_id="proj_2"),
        ]
    )

    assert labels.of("api_key_id", "key_aaa111") == "production (Search)"
    assert labels.of("api_key_id", "key_bbb222") == "production (Support) (deleted)"
    assert labels.of("api_key_id", "key_ccc333") == "staging"


def test_keys_of_one_name_in_one_project_carry_the_end_of_their_ids_too() -> None:
    labels = Labels(
        [
            named("project", "proj_1", "Search"),
            replace(named("api_key", "key_aaa111", "production"), project_id="proj_1"),
            replace(named("api_key", "key_bbb222", "production"), project_id="proj_1"),
            replace(named("api_key", "key_ccc333", "production"), project_id="proj_unknown"),
        ]
    )

    assert labels.of("api_key_id", "key_aaa111") == "production (Search) · …aaa111"
    assert labels.of("api_key_id", "key_bbb222") == "production (Search) · …bbb222"
    assert labels.of("api_key_id", "key_ccc333") == "production"


def test_people_of_one_name_carry_their_mail_address_and_service_accounts_their_project() -> None:
    labels = Labels(
        [
            named("project", "proj_1", "Search"),
            replace(named("user", "user-1", "Ada"), detail="ada@example.com"),
            replace(named("user", "user-2", "Ada"), detail="ada.b@example.com"),
            replace(named("service_account", "user-3", "Ada"), project_id="proj_1"),
        ]
    )

    assert [labels.of("user_id", f"user-{n}") for n in (1, 2, 3)] == [
        "Ada (ada@example.com)",
        "Ada (ada.b@example.com)",
        "Ada (Search)",
    ]


def test_the_owner_of_a_key_goes_by_name() -> None:
    key = replace(named("api_key", "key_1", "CI"), owner_id="user-1")
    labels = Labels([key, named("user", "user-1", "Ada"), named("api_key", "key_2", "old")])

    assert (labels.owner_of("key_1"), labels.owner_of("key_2"), labels.owner_of("key_3")) == ("Ada", "", "")


def test_two_things_of_one_name_are_told_apart_by_the_end_of_their_ids() -> None:
    labels = Labels(
        [
            named("api_key", "key_aaa111", "production"),
            named("api_key", "key_bbb222", "production"),
            named("api_key", "key_ccc333", "staging"),
        ]
    )

    assert labels.of("api_key_id", "key_aaa111") == "production · …aaa111"
    assert labels.of("api_key_id", "key_bbb222") == "production · …bbb222"
    assert labels.of("api_key_id", "key_ccc333") == "staging"


def test_a_project_and_a_user_may_share_a_name() -> None:
    labels = Labels([named("project", "proj_1", "Ada"), named("user", "user-1", "Ada")])

    assert labels.of("project_id", "proj_1") == labels.of("user_id", "user-1") == "Ada"


def test_what_is_archived_or_gone_is_marked() -> None:
    labels = Labels(
        [
            named("project", "proj_1", "Search"),
            named("project", "proj_2", "Old", archived=True, ago=30 * DAY),
            named("project", "proj_3", "Gone", ago=3 * DAY),
            named("project", "proj_4", "Quiet", ago=2 * DAY),
        ]
    )

    assert labels.of("project_id", "proj_2") == "Old (archived)"
    assert labels.of("project_id", "proj_3") == "Gone (deleted)"
    assert labels.of("project_id", "proj_4") == "Quiet"


def test_nothing_is_deleted_merely_because_names_were_not_listed_for_long() -> None:
    labels = Labels([named("user", "user-1", "Ada", ago=60 * DAY), named("project", "proj_1", "Search")])

    assert labels.of("user_id", "user-1") == "Ada"


def test_known_ids_are_sorted_by_label() -> None:
    labels = Labels(
        [named("project", "p1", "zeta"), named("project", "p2", "Alpha"), named("project", "p3", "beta")]
    )

    assert labels.known("project_id") == ("p2", "p3", "p1")
    assert labels.known("model") == ()


def test_a_project_called_other_is_not_taken_for_what_is_summed_up() -> None:
    labels = Labels([named("project", "proj_1", "Other"), named("project", "proj_2", "Search")])

    assert labels.apart("project_id", ["proj_1", "proj_2", OTHER]) == {
        "proj_1": "Other · proj_1",
        "proj_2": "Search",
        OTHER: OTHER,
    }
    assert labels.apart("project_id", ["proj_1"]) == {"proj_1": "Other · proj_1"}


def test_what_was_marked_is_told_apart_from_what_is_called_so() -> None:
    labels = Labels(
        [named("project", "proj_1", "Old", archived=True), named("project", "proj_2", "Old (archived)")]
    )

    assert labels.apart("project_id", ["proj_1", "proj_2"]) == {
        "proj_1": "Old (archived) · proj_1",
        "proj_2": "Old (archived) · proj_2",
    }


@given(st.dictionaries(st.text("ab123456", min_size=1, max_size=9), st.sampled_from(["A", "B", OTHER])))
def test_no_two_ids_of_a_figure_share_a_label(names: dict[str, str]) -> None:
    labels = Labels([named("project", id_, name) for id_, name in names.items()])

    shown = labels.apart("project_id", [*names, OTHER, UNATTRIBUTED])

    assert len(set(shown.values())) == len(shown)
    assert shown[OTHER] == OTHER
