import pyarrow as pa

from lib.catalog.focus_columns import FOCUS_COLUMNS, FOCUS_SCHEMA, Level

NAMES = {column.name: column for column in FOCUS_COLUMNS}
# As FOCUS 1.2 has them: every file holds these, and those of the second line are never null.
MANDATORY = """
BillingAccountName ChargeClass ChargeDescription PricingQuantity PricingUnit
BilledCost BillingAccountId BillingCurrency BillingPeriodEnd BillingPeriodStart ChargeCategory ChargePeriodEnd
ChargePeriodStart ContractedCost EffectiveCost InvoiceIssuerName ListCost ProviderName PublisherName
ServiceCategory ServiceName
"""
NEVER_NULL = "BillingAccountType ChargeFrequency ServiceSubcategory x_IsFinal"
DECIMALS = """
BilledCost ConsumedQuantity ContractedCost ContractedUnitPrice EffectiveCost ListCost ListUnitPrice
PricingQuantity
"""


def test_every_mandatory_column_is_there_and_says_whether_it_may_be_null() -> None:
    nullable, *never_null = MANDATORY.strip().splitlines()
    expected = dict.fromkeys(nullable.split(), True) | dict.fromkeys(" ".join(never_null).split(), False)

    found = {c.name: c.nullable for c in FOCUS_COLUMNS if c.level is Level.MANDATORY}

    assert found == expected


def test_of_the_other_columns_some_are_never_null() -> None:
    other = {c.name for c in FOCUS_COLUMNS if c.level is not Level.MANDATORY and not c.nullable}

    assert other == set(NEVER_NULL.split())


def test_columns_of_our_own_begin_with_x() -> None:
    own = {name for name, column in NAMES.items() if column.level is Level.CUSTOM}

    assert own == {name for name in NAMES if name.startswith("x_")}
    assert own


def test_costs_and_quantities_are_decimals_and_ends_and_starts_moments_in_utc() -> None:
    decimals = {field.name for field in FOCUS_SCHEMA if pa.types.is_decimal(field.type)}
    moments = {field.name for field in FOCUS_SCHEMA if field.type == pa.timestamp("us", tz="UTC")}

    assert decimals == set(DECIMALS.split())
    assert moments == {name for name in NAMES if name.endswith(("PeriodStart", "PeriodEnd"))}


def test_the_file_names_the_version_of_the_specification() -> None:
    assert FOCUS_SCHEMA.metadata == {b"focus_version": b"1.2"}
