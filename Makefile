# Short names for `python3 run.py …`, which does the work (and sets everything up the first time).
.PHONY: run test format catalogs screenshots

run:
	python3 run.py

test:
	python3 run.py test

format:
	.venv/bin/ruff check --fix run.py apps bot telegram_sandbox tools tests
	.venv/bin/ruff format run.py apps bot telegram_sandbox tools tests

catalogs:
	python3 run.py catalogs update

screenshots:
	python3 run.py screenshots
