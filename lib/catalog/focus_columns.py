"""The columns of FOCUS, the FinOps Open Cost and Usage Specification, as far as the bill can fill them.

Source: the columns of https://github.com/FinOps-Open-Cost-and-Usage-Spec/FOCUS_Spec at v1.2.
"""

from dataclasses import dataclass
from enum import Enum

import pyarrow as pa

from lib.catalog.schemas import MONEY, TIME

VERSION = "1.2"


class Level(Enum):
    """Whether a file must have a column."""

    MANDATORY = "mandatory"
    CONDITIONAL = "conditional"
    RECOMMENDED = "recommended"
    CUSTOM = "custom"
    """Not of the specification: its name begins with `x_`."""


@dataclass(frozen=True)
class FocusColumn:
    """A column: its type, whether it may be null, and what alone may stand in it where that is given."""

    name: str
    level: Level
    type: pa.DataType
    nullable: bool
    allowed: tuple[str, ...] = ()


_TEXT = pa.string()
_M, _C, _R, _X = Level.MANDATORY, Level.CONDITIONAL, Level.RECOMMENDED, Level.CUSTOM

FOCUS_COLUMNS = (
    FocusColumn("BilledCost", _M, MONEY, nullable=False),
    FocusColumn("BillingAccountId", _M, _TEXT, nullable=False),
    FocusColumn("BillingAccountName", _M, _TEXT, nullable=True),
    FocusColumn("BillingAccountType", _C, _TEXT, nullable=False),
    FocusColumn("BillingCurrency", _M, _TEXT, nullable=False),
    FocusColumn("BillingPeriodEnd", _M, TIME, nullable=False),
    FocusColumn("BillingPeriodStart", _M, TIME, nullable=False),
    FocusColumn("ChargeCategory", _M, _TEXT, False, ("Usage", "Purchase", "Tax", "Credit", "Adjustment")),
    FocusColumn("ChargeClass", _M, _TEXT, True, ("Correction",)),
    FocusColumn("ChargeDescription", _M, _TEXT, nullable=True),
    FocusColumn("ChargeFrequency", _R, _TEXT, False, ("One-Time", "Recurring", "Usage-Based")),
    FocusColumn("ChargePeriodEnd", _M, TIME, nullable=False),
    FocusColumn("ChargePeriodStart", _M, TIME, nullable=False),
    FocusColumn("ConsumedQuantity", _C, MONEY, nullable=True),
    FocusColumn("ConsumedUnit", _C, _TEXT, nullable=True),
    FocusColumn("ContractedCost", _M, MONEY, nullable=False),
    FocusColumn("ContractedUnitPrice", _C, MONEY, nullable=True),
    FocusColumn("EffectiveCost", _M, MONEY, nullable=False),
    FocusColumn("InvoiceId", _R, _TEXT, nullable=True),
    FocusColumn("InvoiceIssuerName", _M, _TEXT, nullable=False),
    FocusColumn("ListCost", _M, MONEY, nullable=False),
    FocusColumn("ListUnitPrice", _C, MONEY, nullable=True),
    FocusColumn("PricingCategory", _C, _TEXT, True, ("Standard", "Dynamic", "Committed", "Other")),
    FocusColumn("PricingQuantity", _M, MONEY, nullable=True),
    FocusColumn("PricingUnit", _M, _TEXT, nullable=True),
    FocusColumn("ProviderName", _M, _TEXT, nullable=False),
    FocusColumn("PublisherName", _M, _TEXT, nullable=False),
    FocusColumn("ServiceCategory", _M, _TEXT, False, ("AI and Machine Learning",)),
    FocusColumn("ServiceName", _M, _TEXT, nullable=False),
    FocusColumn("ServiceSubcategory", _R, _TEXT, False, ("Generative AI",)),
    FocusColumn("SkuId", _C, _TEXT, nullable=True),
    FocusColumn("SkuMeter", _C, _TEXT, nullable=True),
    FocusColumn("SkuPriceId", _C, _TEXT, nullable=True),
    FocusColumn("SubAccountId", _C, _TEXT, nullable=True),
    FocusColumn("SubAccountName", _C, _TEXT, nullable=True),
    FocusColumn("SubAccountType", _C, _TEXT, nullable=True),
    FocusColumn("x_ApiKeyId", _X, _TEXT, nullable=True),
    FocusColumn("x_ApiKeyName", _X, _TEXT, nullable=True),
    FocusColumn("x_IsFinal", _X, pa.bool_(), nullable=False),
    FocusColumn("x_Model", _X, _TEXT, nullable=True),
    FocusColumn("x_TokenClass", _X, _TEXT, nullable=True),
)

FOCUS_SCHEMA = pa.schema(
    [pa.field(c.name, c.type, c.nullable) for c in FOCUS_COLUMNS],
    metadata={"focus_version": VERSION},
)
"""The columns as Arrow has them, with the version of the specification."""
