"""The frame: navigation, the sidebar's view, and the page that is open."""

from lib.demo.process import start_where_needed

start_where_needed()  # before the other modules, which take as long to load as the demo takes to start

from lib import ui  # noqa: E402

page = ui.navigation()
ui.choose_view()
ui.run(page)
