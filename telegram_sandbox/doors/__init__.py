"""Where requests come in and webhooks go out, and who is kept away."""
