"""A model of the session protocol, explored exhaustively within bounds: every order of steps and faults.

`python -m tools.explorer --help` runs it.
"""
