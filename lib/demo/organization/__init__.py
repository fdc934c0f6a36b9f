"""The demo organization: a deterministic generator of traffic and bills."""
