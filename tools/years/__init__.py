"""A ledger as after years: what an operation takes, and what audit, archive and restore cost across it."""
