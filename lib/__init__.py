"""Usage and costs of an OpenAI organization: from the admin API to the numbers on a page."""
