# Short names for `python3 run.py …`, which does the work (and sets everything up the first time).
.PHONY: run test format catalogs screenshots locks

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

# The smaller ones are parts of the first, which keeps its versions unless LOCK=--upgrade.
LOCKED = uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --quiet
locks:
	$(LOCKED) $(LOCK) --group dev -o requirements.lock
	$(LOCKED) -c requirements.lock --group demo -o requirements-demo.lock
	$(LOCKED) -c requirements.lock -o requirements-production.lock
