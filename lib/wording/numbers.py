"""Numbers → text, and the d3 formats that say the same on a chart.

Everything rounds half up, from exact decimals. What is missing reads "–".
"""

import re
from decimal import ROUND_HALF_UP, Decimal

from lib.catalog.units import Unit

MISSING = "–"
NO_CHANGE = "no change"
MINUS = "−"
Number = Decimal | float | int

RATIOS = frozenset({Unit.USD_PER_MILLION, Unit.USD_PER_REQUEST, Unit.TOKENS_PER_REQUEST, Unit.SHARE})
"""Units whose values must not be added up: a total has to be derived again from its parts."""

_MONEY = frozenset({Unit.USD, Unit.USD_PER_MILLION, Unit.USD_PER_REQUEST})
_MANIFOLD = 10
"""From so many times as much on, a percentage is harder to read than how many times it is."""
_STEPS = ((Decimal(10) ** 12, "T"), (Decimal(10) ** 9, "B"), (Decimal(10) ** 6, "M"), (Decimal(10) ** 3, "k"))

_NOT_ZERO = re.compile("[1-9]")


def _rounded(value: Decimal, digits: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def _exact(value: Number) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(str(value))


def _plain(value: Decimal, digits: int) -> str:
    return f"{_rounded(value, digits):,.{digits}f}"


def _short(size: Decimal) -> str:
    """Return a size of at least 1,000 with one decimal and its letter; 999,950 is 1M, not 1,000k."""
    for step, letter in _STEPS:
        if _rounded(size / step * 1000, 1) >= 1000:
            return _plain(size / step, 1).removesuffix(".0") + letter
    return _plain(size, 0)


def _signed(value: Decimal, text: str) -> str:
    return (MINUS if value < 0 and _NOT_ZERO.search(text) else "") + text


def _small_digits(size: Decimal) -> int:
    """Return how many decimals show two significant digits of a size below 1, at least two."""
    return max(2, 1 - size.adjusted()) if size else 2


def usd(value: Number, digits: int | None = None) -> str:
    """Return an amount in full: $0.0042, $12.34, $1,234; `digits` fixes the decimals."""
    amount = _exact(value)
    size = abs(amount)
    if digits is None:
        digits = _small_digits(size) if size < 1 else 2 if _rounded(size, 2) < 1000 else 0
    return _signed(amount, "$" + _plain(size, digits))


def usd_short(value: Number) -> str:
    """Return an amount for a tight place: $0.0042, $12.34, $1,234, $12.3k, $1.2M."""
    amount = _exact(value)
    size = abs(amount)
    return usd(amount) if _rounded(size, 0) < 10_000 else _signed(amount, "$" + _short(size))


def count(value: Number) -> str:
    """Return a count: 0.4, 1,234, 12.3k, 4.5M, 1.2B."""
    number = _exact(value)
    size = abs(number)
    if _rounded(size, 0) >= 10_000:
        return _signed(number, _short(size))
    whole = size == size.to_integral_value() or size >= 100
    return _signed(number, _plain(size, 0 if whole else 1))


def counted(number: int, thing: str) -> str:
    """Return how many of a thing: 1 day, 1,200 days."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def share(value: Number) -> str:
    """Return a part of one as a percentage: 0%, <0.1%, 12.3%, >99.9%, 100%."""
    part = _exact(value) * 100
    if part in {0, 100}:
        return f"{part:.0f}%"
    if 0 < part < Decimal("0.05"):
        return "<0.1%"
    if Decimal("99.95") <= part < 100:
        return ">99.9%"
    return _signed(part, _plain(abs(part), 1) + "%")


def change(new: Number | None, old: Number | None) -> str:
    """Return how `new` differs from `old`: +12.3%, ×147, new, gone, no change, or – where neither says."""
    if new is None or old is None:
        return MISSING
    now, before = _exact(new), _exact(old)
    if now == before:
        return NO_CHANGE
    if not before:
        return "new"
    if not now:
        return "gone"
    if before < 0 or now < 0:  # a percentage of a credit reads the wrong way round
        return MISSING
    if now >= _MANIFOLD * before:
        times = now / before
        return f"×{_plain(times, 1 if _rounded(times, 1) < 100 else 0).removesuffix('.0')}"
    percent = (now - before) / before * 100
    size = abs(percent)
    text = "<0.1%" if size < Decimal("0.05") else _plain(size, 1 if _rounded(size, 1) < 100 else 0) + "%"
    return ("+" if percent > 0 else MINUS) + text


def byte_size(value: Number) -> str:
    """Return bytes in the decimal units that storage is billed in: 512 B, 1.5 GB."""
    size = _exact(value)
    for step, unit in ((12, "TB"), (9, "GB"), (6, "MB"), (3, "kB")):
        if _rounded(abs(size).scaleb(3 - step), 1) >= 1000:
            return _signed(size, _plain(abs(size).scaleb(-step), 1).removesuffix(".0") + f" {unit}")
    return _signed(size, f"{_plain(abs(size), 0)} B")


def duration(seconds: Number) -> str:
    """Return a length of time: 45 s, 3 min 20 s, 2 h 5 min, 1,234 h."""
    whole = int(_rounded(_exact(seconds), 0))
    minutes, rest = divmod(whole, 60)
    hours, minutes_left = divmod(minutes, 60)
    if not minutes:
        return f"{rest} s"
    if not hours:
        return f"{minutes} min" + (f" {rest} s" if rest else "")
    if hours >= 100:
        return f"{_plain(Decimal(whole) / 3600, 0)} h"
    return f"{hours} h" + (f" {minutes_left} min" if minutes_left else "")


def by_unit(value: Number | None, unit: Unit) -> str:
    """Return `value` as its unit is read: money with $, shares with %, bytes, durations, counts."""
    if value is None or value != value:
        return MISSING
    if unit in _MONEY:
        return usd_short(value)
    if unit is Unit.SHARE:
        return share(value)
    if unit is Unit.BYTES:
        return byte_size(value)
    return duration(value) if unit is Unit.SECONDS else count(value)


def titled(label: str, unit: Unit) -> str:
    """Return an axis title that holds the unit once: "Billed, USD", "Input tokens"."""
    suffix = "USD" if unit in _MONEY else "%" if unit is Unit.SHARE else unit.value
    if unit is Unit.AS_LINE_ITEM or suffix.lower() in label.lower():
        return label
    return f"{label}, {suffix}"


def axis_labels(unit: Unit) -> str:
    """Return the Vega expression that labels an axis tick: $1.5k, 20M, 35%, 2 GB."""
    if unit is Unit.SHARE:
        return "format(datum.value, '.0%')"
    sign = "$" if unit in _MONEY else ""
    if unit is Unit.BYTES:
        return "format(datum.value, '~s') + 'B'"
    large = f"replace(format(datum.value, '{sign}~s'), 'G', 'B')"
    return f"abs(datum.value) < 1 ? format(datum.value, '{sign}~r') : {large}"


def tooltip_format(unit: Unit, largest: float = 1.0) -> str:
    """Return the d3 format of exact values; `largest` of the chart decides how many cents are shown."""
    if unit in _MONEY:
        return f"$,.{_cents(largest)}f"
    if unit is Unit.SHARE:
        return ".1%"
    return ",.2~f"


def in_full(value: Number, unit: Unit, largest: float = 1.0) -> str:
    """Return an exact value as `tooltip_format` has it written."""
    if unit in _MONEY:
        return usd(value, _cents(largest))
    number = _exact(value)
    if unit is Unit.SHARE:
        return _signed(number, _plain(abs(number) * 100, 1) + "%")
    return _signed(number, _plain(abs(number), 2).rstrip("0").rstrip("."))


def _cents(largest: float) -> int:
    return 2 if largest >= 1 or largest <= 0 else min(8, _small_digits(_exact(largest)) + 1)
