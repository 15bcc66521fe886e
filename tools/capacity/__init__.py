"""How much of the stores' work this machine carries for a million characters, and what gives out first."""
