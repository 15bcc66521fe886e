"""The game's rules, a module for each family of operations: `applying.apply` is the only way to them."""
