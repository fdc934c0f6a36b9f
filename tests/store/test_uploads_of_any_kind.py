"""Whatever somebody uploads or declares is either read, or told to be wrong in sentences."""

import datetime as dt
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.openai_admin.name_lists import Name
from lib.store import team_file
from lib.store.budget_file import MOST, Declared, parse, read_budgets
from lib.store.log import Log
from lib.store.quantity_file import Read, checked, read_csv
from lib.store.records.quantities import QUANTITIES
from lib.store.teams import by_team

TODAY = dt.date(2026, 11, 23)
QUICK = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

NUMBERS = st.sampled_from(
    [
        *("1", "98.5", "-1", "0", "-0", "0E+40", "0E-999999", "1E+3", "1E+999999999", "1E-999999999", "NaN"),
        *("sNaN", "nan", "Infinity", "-inf", "1_000", "\uff11\uff12", "1,5", "9" * 5000, "0x" + "f" * 5000),
        *("1." + "0" * 40, "1." + "0" * 40 + "1", "true", "", "1e99999999999999999999"),
    ]
)
DATES = st.sampled_from(
    [
        *("2026-11-01", "2026-1-5", "0001-01-01", "9999-12-31", "1.11.2026", "2026-02-30", "20261101"),
        *("2026-11-01T00:00:00", "2026-11-01T00:00:00Z", "12:00:00", "\uff12026-11-01", "2026-11-01\0", ""),
    ]
)
BREAKING = st.sampled_from(
    ["\0", '"', "\ufeff", "\r", "\n", ",", ";", "\t", "\x85", "\u2028", "\ud800", "x" * 140_000]
)
WORDS = st.text(max_size=5) | BREAKING | NUMBERS | DATES
CODECS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "latin-1"])

LINES = st.tuples(DATES | WORDS, st.just("tickets") | WORDS, NUMBERS | WORDS).map(list) | st.lists(WORDS)
HEADERS = st.permutations(["date", "name", "quantity"]) | st.lists(
    st.sampled_from(["date", "Name ", '"quantity"', ""]), max_size=5
)
CSV_FILES = st.builds(
    lambda header, lines, part, end, codec: end.join(part.join(cells) for cells in [header, *lines]).encode(
        codec, "surrogatepass" if codec.startswith("utf") else "replace"
    ),
    HEADERS,
    st.lists(LINES, max_size=5),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    CODECS,
)

VALUES = (
    NUMBERS
    | DATES
    | WORDS.map(lambda word: f'"{word}"')
    | st.sampled_from(["[]", "{}", "[[[1]]]", "{a = 1}"])
)
KEYS = st.sampled_from(["amount", "date", "project", "user", "key", "model", "team", '"\\u0000"', "a.b"])
TABLES = st.sampled_from(
    ["[[budget]]", "[[top_up]]", "[balance]", "[budget]", "[[balance]]", "[x.y]", "[version]"]
)
ENTRIES = st.builds(
    lambda table, lines: "\n".join([table, *(f"{key} = {value}" for key, value in lines.items())]),
    TABLES,
    st.dictionaries(KEYS, VALUES, max_size=4),
)
WHAT = st.lists(st.sampled_from(['"*"', '"a"', '"[*"', '""', "1", '"\\u0000*"'])).map(
    lambda words: f"[{', '.join(words)}]"
)
TEAM_ENTRIES = st.builds(
    lambda table, lines: "\n".join([table, *(f"{key} = {value}" for key, value in lines.items())]),
    st.sampled_from(["[[team]]", "[[team.rule]]", "[[shared]]", "[team]", "[team.rule]", "[shared]", "[x]"]),
    st.dictionaries(
        st.sampled_from(
            [
                *("name", "owner", "cost_center", "keys", "users", "projects", "start", "end", "method"),
                *("weights", "teams", "line_items", "credits", "boss"),
            ]
        ),
        VALUES | WHAT | st.sampled_from(['"A"', '"B"', '"evenly"', '"by weights"', "{ A = 1 }", "true"]),
        max_size=5,
    ),
)
SOUND_RULES = st.builds(
    lambda rules: "".join(f"[[team.rule]]\nprojects = {what}\n{key} = {day}\n" for what, key, day in rules),
    st.lists(st.tuples(WHAT, st.sampled_from(["start", "end"]), DATES), max_size=4),
)
TEAM_FILES = st.builds(
    lambda rules, entries: "\n".join(["version = 1", '[[team]]\nname = "A"', rules, *entries]),
    SOUND_RULES,
    st.lists(TEAM_ENTRIES, max_size=3),
)
TOML_FILES = st.builds(
    lambda version, entries: "\n".join([f"version = {version}", *entries]),
    st.just("1") | VALUES,
    st.lists(ENTRIES, max_size=4),
)


def assert_read_or_told(found: Read) -> None:
    """Hold that the store takes what was read, or that every problem is a short sentence fit to be shown."""
    Log("no store", QUANTITIES).rows(found.quantities)
    assert bool(found.quantities) != bool(found.problems)
    assert [p for p in found.problems if not p.endswith((".", "”.")) or len(p) > 250] == []
    assert "\0" not in "".join(found.problems).encode().decode()


@QUICK
@given(st.binary() | CSV_FILES)
def test_any_upload_is_read_or_told_to_be_wrong(content: bytes) -> None:
    assert_read_or_told(read_csv(content, TODAY))


@QUICK
@given(st.lists(LINES, min_size=1, max_size=5))
def test_any_edited_rows_are_read_or_told_to_be_wrong(rows: list[list[str]]) -> None:
    assert_read_or_told(checked([(f"Row {n}", row) for n, row in enumerate(rows, 1)], TODAY))


def assert_declared_or_told(declared: Declared) -> None:
    assert [b for b in declared.budgets if not 0 < b.amount < MOST] == []
    assert [p for p in declared.problems if not p.startswith("b.toml") or not p.endswith(".")] == []


@QUICK
@given(st.text() | TOML_FILES)
def test_any_budget_file_is_read_or_told_to_be_wrong(text: str) -> None:
    assert_declared_or_told(parse(text, "b.toml"))


@QUICK
@given(st.binary() | st.builds(lambda text, codec: text.encode(codec, "replace"), TOML_FILES, CODECS))
def test_any_bytes_in_a_budget_file_are_read_or_told_to_be_wrong(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "b.toml"
    path.write_bytes(content)

    declared = read_budgets(path, needed=True)

    assert [p for p in declared.problems if "b.toml" not in p or not p.endswith(".")] == []


@QUICK
@given(st.text() | TEAM_FILES)
def test_any_team_file_is_read_or_told_to_be_wrong_and_what_is_read_can_be_used(text: str) -> None:
    declared = team_file.parse(text, "t.toml")

    assert [p for p in declared.problems if not p.startswith("t.toml") or not p.endswith(".")] == []
    assert not (declared.problems and (declared.teams or declared.rules or declared.shared))
    teams = by_team([team.name for team in declared.teams], declared.rules, [Name("project", "a", "A")])
    for day in (dt.date.min, TODAY, dt.date.max):
        assert teams.team_of("a", None, None, day) in {None, *teams.names}
