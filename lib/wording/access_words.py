"""Access in words: why somebody is not let in, and what to do."""

from lib.access.rules import Access, Denial, SignIn


def denied(access: Access, denial: Denial, name: str) -> str:
    """Return what to tell somebody who is not let in."""
    hours = f"{access.session.total_seconds() / 3600:g} hours"
    if access.sign_in is SignIn.HEADER:
        return {
            Denial.NOT_SIGNED_IN: "The proxy in front of this app did not say who you are. Open the app "
            "through the address that your company gave you.",
            Denial.SIGN_IN_IS_OLD: f"This page has been open for more than {hours}. Load it again.",
        }.get(denial, _not_named(name))
    return {
        Denial.NOT_SIGNED_IN: "What the organization spends is shown to those who sign in.",
        Denial.SIGN_IN_IS_OLD: f"Your sign-in is more than {hours} old. Sign in again.",
        Denial.NO_TIME_OF_SIGN_IN: "The sign-in provider does not say when you signed in (the claim iat), "
        "and without it nobody is let in. Tell whoever runs this app.",
    }.get(denial, _not_named(name))


def _not_named(name: str) -> str:
    return (
        f"You are signed in as {name}, and none of the rules of this app names you. Ask whoever runs it to "
        "add you to [[access.rule]] in its secrets file."
    )
