"""Who may see and change what: the rules that the secrets file declares, and what they say of a person."""
