"""One bot's side of the world: its updates, its open taps, its calls."""
