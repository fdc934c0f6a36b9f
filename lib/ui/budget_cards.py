"""Cards of the Budgets page: the prepaid balance, and what OpenAI was told about spend."""

from collections.abc import Callable

import streamlit as st

from lib import charts, tables
from lib.analysis.forecasting import burn_rate
from lib.analysis.forecasting.outlook import Outlook
from lib.answers import budget_status
from lib.answers.budget_status import Key, Watched
from lib.catalog.units import Unit
from lib.openai_admin.spend_limits import LimitList
from lib.store.budget_file import Balance
from lib.ui import text
from lib.ui.cards import show_figure, show_table
from lib.ui.drawing import drawn
from lib.wording import budget_words, dates
from lib.wording import numbers as fmt
from lib.wording.labels import Labels
from lib.wording.refusal_words import in_short

SHADES = "Solid is billed, dashed is forecast, the shades hold what comes in 80 % and 95 % of the cases."


def budget_course_card(one: Watched, *, left: bool) -> None:
    """Draw how a budget is used up in its month, or what is `left` of it, beside an even burn rate."""
    course = budget_status.course(one, left=left)
    said = f"{budget_words.SIGNS[one.budget_status.status]} {budget_status.status_words(one)}"
    text.sentence(said)
    show_figure(
        f"How fast is the budget used up: {one.label}?",
        drawn(
            charts.course_chart,
            course.rows,
            before=course.even,
            before_title="Even burn rate",
            title=course.title,
            line_at=course.limit,
        ),
        course.rows.assign(even=course.even["total"]),
        {
            **tables.course_columns(f"{course.title}, forecast (USD)"),
            "even": tables.column("At an even burn rate (USD)", Unit.USD),
        },
        name="burn-rate",
        alt_text=said,
        note=f"{SHADES} The grey line uses the budget up evenly, day by day.",
    )


def spend_course_card(look: Outlook) -> None:
    """Draw the running total of the month; nothing where nothing is billed."""
    rows = budget_status.spend_course(look)
    if any(rows["billed"]):
        show_figure(
            "How is this month's spend going?",
            drawn(charts.course_chart, rows, before=rows.head(0), before_title=""),
            rows,
            tables.course_columns("Running total, forecast (USD)"),
            name="burn-rate",
            alt_text=charts.describe_course(rows),
            note=SHADES,
        )


def show_balance(balance: Balance | None, look: Outlook) -> None:
    """Draw what is left of the balance, when it is gone, and its course; nothing without one."""
    if balance is None:
        return
    today = look.known.today
    left = budget_status.remaining(balance, look)
    if left is None:
        text.warning(budget_status.too_old(balance, today), icon=":material/edit_document:")
        return
    status = budget_status.balance_status(left, today)
    said = f"{budget_words.SIGNS[status]} {budget_status.balance_words(left, status)}"
    with st.grid(3, min_column_width=190):
        text.metric("Balance left, estimate", fmt.usd(left.left, 2))
        text.metric("Paid in", fmt.usd(left.paid, 2), help="The balance and its top-ups so far")
        text.metric(f"Billed since {dates.day(balance.day)}", fmt.usd(left.billed, 2))
    text.sentence(said)
    nothing = left.course.head(0)
    show_figure(
        "How long does the prepaid balance last?",
        drawn(
            charts.course_chart,
            left.course,
            before=nothing,
            before_title="",
            title="Balance",
            line_at=("Nothing left", 0.0),
        ),
        left.course,
        tables.course_columns("Left at the end of the day, forecast (USD)"),
        name="balance",
        alt_text=said,
        note="What was declared as paid in, less the bill since. The API does not tell the real balance: "
        "credits that expire and invoices paid otherwise are not in it. Top-ups count from their day on.",
    )


def show_limits(limits: LimitList, labels: Labels, look: Callable[[Key], Outlook]) -> None:
    """Draw OpenAI's own limits and alerts and how they stand; what cannot be read is said."""
    for sentence in in_short(limits.failures, "spend limit"):
        text.caption(sentence)
    if limits.read_at is None or (limits.failures and not limits.limits):
        return
    when = f"{limits.read_at:%-d %b %Y, %H:%M} UTC"
    if not limits.limits:
        text.caption(f"No limits or alerts are set at OpenAI, as of {when}.")
        return
    beside = budget_status.watched_limits(limits.limits, labels, look)
    show_table(
        "Do the limits and alerts set at OpenAI hold?",
        budget_words.in_words(burn_rate.table([(w.label, w.origin, w.budget_status) for w in beside])),
        tables.budget_columns("What it is"),
        name="limits",
        note=f"As read from OpenAI on {when}, for the organization and each project that is not archived. "
        "Beyond an enforced limit OpenAI refuses requests; at an alert it sends an e-mail.",
    )
