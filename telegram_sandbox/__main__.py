"""`python -m telegram_sandbox`."""

from telegram_sandbox.cli import sandbox

if __name__ == "__main__":
    sandbox(prog_name="telegram-sandbox")
