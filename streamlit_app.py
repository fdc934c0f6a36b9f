"""The frame: navigation, the sidebar's view, and the page that is open."""

from lib.demo.process import start_where_needed

start_where_needed()  # before the other modules, which take as long to load as the demo takes to start

from lib import shell  # noqa: E402

page = shell.navigation()
shell.choose_view()
shell.run(page)
