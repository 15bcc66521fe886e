"""A model of the session protocol, explored exhaustively within bounds: every order of steps and faults.

`python -m tests.explorer --help` runs it.
"""
