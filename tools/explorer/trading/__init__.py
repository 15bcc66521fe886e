"""A model of the trade between players (`docs/trade.md`), explored exhaustively within bounds.

What a single session does is explored beside this, and taken here as it is proven there: a write happens
behind a fence or not at all, a rebase replays what the ledger lacks, an operation id takes effect once.
"""
