"""Training: a small fight against a dummy. What it costs and brings is the inventory's to keep."""
