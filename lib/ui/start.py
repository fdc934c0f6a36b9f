"""Start: what the server looks at before it opens, so that nobody's costs stand open by mistake."""

from lib.access.declared import check_address
from lib.access.rules import SignIn
from lib.answers import instance
from lib.configuration.setting_rules import is_loopback
from lib.errors import SettingsError
from lib.ui.listening import public_address
from lib.ui.log_lines import tell


def check_start() -> None:
    """End the process with a sentence where the app must not listen as it is set to; say where it is open."""
    address = public_address()
    if is_loopback(address):
        return  # what is wrong with the settings is said on the page
    try:
        access = instance.access()
        check_address(access, address)
    except SettingsError as failure:
        tell(f"The app was not started. {failure}")
        raise SystemExit(1) from None
    if access.sign_in is SignIn.NONE:
        tell("Nobody has to sign in: everybody who can reach this app sees what it shows.")
