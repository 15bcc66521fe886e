FROM python:3.11-slim AS packages
COPY requirements-production.lock /
RUN python -m venv --without-pip /opt/game \
 && pip --python /opt/game/bin/python install --no-cache-dir --no-deps --require-hashes -r /requirements-production.lock

FROM python:3.11-slim
COPY --from=packages /opt/game /opt/game
WORKDIR /srv/game
COPY pyproject.toml LICENSE ./
COPY apps/__init__.py apps/address_parts.py apps/listening.py apps/redis_connections.py apps/redis_line.py apps/settings_file.py apps/
COPY apps/redis_cluster apps/redis_cluster
COPY apps/game_core apps/game_core
COPY bot bot
COPY locales locales
# Nothing can be written later: neither by us nor in a read-only container.
RUN /opt/game/bin/python -m compileall -q apps bot \
 && /opt/game/bin/python -c "from bot.views.ui import compile_all; compile_all()" \
 && install -d -o 10001 -g 10001 /textfiles /ledger
ENV PATH=/opt/game/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    METRICS_HOST=0.0.0.0 METRICS_PORT=9108 WEBHOOK_HOST=0.0.0.0
USER 10001:10001
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=2m \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ['METRICS_PORT'] + '/livez', timeout=4)"]
# In this form our process is the first one and hears signals itself; it has no children.
ENTRYPOINT ["python", "-m", "bot"]
CMD ["bot"]
