"""A local Telegram for bots under development: Bot API, chat page, client, pytest fixtures."""
