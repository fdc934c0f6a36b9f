"""What a page asks for by name, cached by the tables that it reads."""
