"""What somebody is told who is not let in."""

from lib.access.rules import Access, Denial, SignIn
from lib.wording.access_words import denied

SIGNED_IN, PROXIED = Access(SignIn.OIDC), Access(SignIn.HEADER)


def test_every_denial_says_why_and_what_to_do() -> None:
    said = {denial: denied(SIGNED_IN, denial, "eve@example.com") for denial in Denial}

    assert said == {
        Denial.NOT_SIGNED_IN: "What the organization spends is shown to those who sign in.",
        Denial.SIGN_IN_IS_OLD: "Your sign-in is more than 12 hours old. Sign in again.",
        Denial.NO_TIME_OF_SIGN_IN: "The sign-in provider does not say when you signed in (the claim iat), "
        "and without it nobody is let in. Tell whoever runs this app.",
        Denial.NO_RULE: "You are signed in as eve@example.com, and none of the rules of this app names you. "
        "Ask whoever runs it to add you to [[access.rule]] in its secrets file.",
    }


def test_behind_a_proxy_people_are_led_back_to_it() -> None:
    assert denied(PROXIED, Denial.NOT_SIGNED_IN, "") == (
        "The proxy in front of this app did not say who you are. Open the app through the address that your "
        "company gave you."
    )
    assert denied(PROXIED, Denial.SIGN_IN_IS_OLD, "") == (
        "This page has been open for more than 12 hours. Load it again."
    )
    assert "names you" in denied(PROXIED, Denial.NO_RULE, "eve@example.com")
