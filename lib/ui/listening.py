"""Where people reach the app: at the server's own address, or at that of the proxy before it."""

import os

from streamlit import config

from lib.configuration.environment import PUBLIC_ADDRESS


def public_address() -> str | None:
    """Return the address at which people reach the app; None for every interface."""
    address: str | None = os.environ.get(PUBLIC_ADDRESS) or config.get_option("server.address")
    return address
