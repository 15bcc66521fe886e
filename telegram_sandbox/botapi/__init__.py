"""The Bot API: how a request becomes a call, and what it is answered."""
