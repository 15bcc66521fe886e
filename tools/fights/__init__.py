"""Fights played out, and what cards said of them. The long form: `python -m tools.fights --fights 100000`."""
