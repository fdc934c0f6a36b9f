"""The frame: navigation, the sidebar's view, and the page that is open."""

from lib import shell

page = shell.navigation()
shell.choose_view()
shell.run(page)
