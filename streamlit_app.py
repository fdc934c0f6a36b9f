"""The frame: navigation, the sidebar's view, and the page that is open.

The server imports this file once, when it starts, and runs it as a script whenever a page is drawn.
"""

if __name__ == "streamlit_app":
    import gc

    import streamlit as st

    from lib.demo.process import start_where_needed

    start_where_needed()  # before the other modules, which take as long to load as the demo takes to start

    # Loaded before anybody can come, so that the first page does not wait for it.
    from starlette.middleware import Middleware

    from lib.http_api.serving import ROUTES as API_ROUTES
    from lib.ui import collecting_thread, head_start, log_lines
    from lib.ui.middleware import Guard
    from lib.ui.operating import ROUTES
    from lib.ui.preface import Preface
    from lib.ui.start import check_start

    log_lines.begin()
    check_start()
    head_start.begin()
    gc.freeze()  # what is loaded by now is there for good: looking through it again took 4% of all pages
    app = st.App(
        __file__,
        routes=(*ROUTES, *API_ROUTES),
        middleware=[Middleware(Guard), Middleware(Preface)],
        lifespan=collecting_thread.collecting,
    )
else:
    from lib import ui

    page = ui.navigation()
    ui.choose_view()
    ui.run(page)
