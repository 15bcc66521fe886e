"""What there is: people, groups, messages, as they are kept and told."""
