"""A run that is cut short anywhere leaves a session that the next run can use."""

import pytest
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.exceptions import StopException
from streamlit.testing.v1 import AppTest

from lib.answers import instance
from lib.errors import SettingsError
from lib.periods.presets import Period


def frame(page: str) -> None:
    """Run the frame around a page that is at the path `page`."""
    from lib.ui import address_bar
    from lib.ui.session import session
    from lib.ui.sidebar import choose_view
    from tests.ui.test_session import CUT

    session().page = page
    CUT.armed = True
    choose_view()
    address_bar.write()
    CUT.armed = False


class Cut:
    """Ends a run at its nth call of Streamlit, as a click on another page does; `calls` counts them."""

    def __init__(self) -> None:
        self.armed = False
        self.at: int | None = None
        self.calls = 0

    def __call__(self) -> None:
        if not self.armed:
            return
        self.calls += 1
        if self.calls == self.at:
            self.armed = False
            raise StopException


CUT = Cut()


@pytest.fixture
def cut(monkeypatch: pytest.MonkeyPatch) -> Cut:
    """Return what cuts runs short; the sidebar finds no store."""

    def none() -> None:
        raise SettingsError("There is no store.")

    CUT.at, CUT.calls = None, 0
    monkeypatch.setattr(instance, "open_backend", none)
    monkeypatch.setattr(ScriptRunner, "_maybe_handle_execution_control_request", lambda _runner: CUT())
    return CUT


def opened(page: str, **parameters: str) -> AppTest:
    app = AppTest.from_function(frame, default_timeout=20, args=(page,))
    for name, value in parameters.items():
        app.query_params[name] = value
    return app.run()


def click(app: AppTest, page: str) -> None:
    """Go to another page, which empties the address bar."""
    app.args, app.query_params = (page,), {}
    app.run()


def test_a_first_run_cut_short_at_any_call_loses_nothing_of_the_link(cut: Cut) -> None:
    opened("", period="7d")
    calls, cut_short = cut.calls, []

    for nth in range(1, calls + 1, 4):
        cut.calls, cut.at = 0, nth
        app = opened("", period="7d")
        cut.at = None
        click(app, "usage")
        assert not app.exception
        cut_short.append(app.session_state["period"])

    assert calls > 50
    assert set(cut_short) == {Period.LAST_7}


def test_a_page_left_before_it_was_drawn_is_no_start_to_go_back_to(cut: Cut) -> None:
    app = opened("", period="7d")
    cut.calls, cut.at = 0, 20
    click(app, "usage")
    cut.at = None

    click(app, "")

    assert not app.exception
    assert app.session_state["period"] is Period.LAST_7
    assert app.query_params == {"period": "7d"}


def test_going_back_to_an_address_without_parameters_starts_over(cut: Cut) -> None:  # noqa: ARG001
    app = opened("")
    app.selectbox(key="period").select_index(1).run()
    assert app.session_state["period"] is not Period.LAST_30

    click(app, "")

    assert app.session_state["period"] is Period.LAST_30
