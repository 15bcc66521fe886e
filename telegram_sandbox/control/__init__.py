"""The control interface: what tests and the chat page see and do."""
