"""What Telegram accepts and what it refuses, as pure functions."""
