from lib.analysis.savings import rules
from lib.wording.savings_words import assumption
from tests.analysis.savings.fixed_traffic import SATURDAY, billed, found, read, sent

DAYS = 487
"""So many days are exactly 16 average months."""


def test_a_saving_is_listed_from_20_dollars_a_month_on() -> None:
    listed = rules.savings(read(bill_rows=(billed("320", "Vector storage"),), days=DAYS))

    assert [s.a_month for s in listed] == [20]
    assert rules.savings(read(bill_rows=(billed("319.99", "Vector storage"),), days=DAYS)) == []


def test_the_largest_saving_comes_first_and_equals_by_name() -> None:
    lines = [("proj_b", "900"), ("proj_c", "1000"), ("proj_a", "900")]
    listed = rules.savings(
        read(bill_rows=tuple(billed(usd, "Vector storage", project_id=p) for p, usd in lines), days=DAYS)
    )

    assert [s.project for s in listed] == ["proj_c", "proj_a", "proj_b"]


def test_every_rule_is_asked_and_has_a_name_of_its_own() -> None:
    assert [rule.slug for rule in rules.RULES] == ["batch", "cache", "model", "priority", "context", "idle"]
    assert len({rule.kind for rule in rules.RULES}) == len(rules.RULES)


def test_the_rows_of_a_saving_sum_to_it() -> None:
    (one,) = found(rules.cheaper_models.RULE, *(sent(str(4 * n), units=n) for n in range(1, 7)))

    assert sum(one.rows["saved"]) == one.saved == sum(one.rows["now"]) - sum(one.rows["then"]) == 42


def test_the_rows_of_a_saving_are_of_its_own_project_and_key() -> None:
    owners = [{"project_id": p, "api_key_id": k} for p in ("proj_a", "proj_b") for k in ("key_a", "key_b")]
    used = [
        {"day": SATURDAY, "tier": "priority", "units": 2},
        {"tier": "batch"},
        {"token_class": "output"},
    ]
    lines = ("gpt-5.6-sol, input, long context", "Vector storage")
    listed = [
        saving
        for rule in rules.RULES
        for saving in found(
            rule,
            *(sent("5000", **owner, **row) for owner in owners for row in ({}, *used)),
            sent("1000", api_key_id="key_c", token_class="cached input", units=1000),
            bill_rows=tuple(billed("900", line, **owner) for owner in owners for line in lines),
        )
    ]

    assert {saving.rule.slug for saving in listed} >= {"batch", "cache", "model", "priority", "context"}
    for saving in listed:
        assert set(saving.rows["project_id"]) == {saving.project}
        assert not saving.key or set(saving.rows["api_key_id"]) == {saving.key}


def test_the_words_of_a_saving_hold_its_facts() -> None:
    (batch,) = found(rules.batching.RULE, sent("2"), sent("1", tier="batch"))
    (model,) = found(rules.cheaper_models.RULE, sent("8", token_class="output"))

    assert assumption(batch).startswith("33% of what this key sends is batch or flex already")
    assert "is not measured here" in assumption(model)
