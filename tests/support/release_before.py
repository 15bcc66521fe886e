"""What the release before says to the database, word for word: it runs beside this one during an upgrade."""

import sqlalchemy as sa

LEDGER = sa.text("""
INSERT INTO inventory_operations (char_id, op_id, version, kind, at, payload, result, before)
SELECT new.char_id, new.op_id, new.version, new.kind, new.at,
       CAST(new.payload AS jsonb), CAST(new.result AS jsonb), CAST(new.before AS jsonb)
FROM unnest(
    CAST(:char_id AS bigint[]), CAST(:op_id AS text[]), CAST(:version AS bigint[]), CAST(:kind AS text[]),
    CAST(:at AS bigint[]), CAST(:payload AS text[]), CAST(:result AS text[]), CAST(:before AS text[])
) AS new (char_id, op_id, version, kind, at, payload, result, before)
""")
OPERATION = """
SELECT op_id, version, kind, at, payload::text AS payload, result::text AS result, before::text AS before
FROM inventory_operations WHERE char_id = :char_id AND op_id = :op_id
"""
NEXT = """
SELECT o.written_in, o.char_id, o.version, o.op_id, o.kind, o.at,
       extract(epoch FROM now() - o.written_at)::float8 AS age,
       CASE WHEN wanted THEN o.payload::text END AS payload,
       CASE WHEN wanted THEN o.result::text END AS result
FROM inventory_operations o
CROSS JOIN LATERAL (
    SELECT CAST(:kinds AS text[]) IS NULL OR o.kind = ANY(CAST(:kinds AS text[]))
) AS w (wanted)
WHERE (o.written_in, o.char_id, o.version)
      > (CAST(:written_in AS xid8), CAST(:char_id AS bigint), CAST(:version AS bigint))
  AND o.written_in < pg_snapshot_xmin(pg_current_snapshot())
ORDER BY o.written_in, o.char_id, o.version FETCH FIRST :limit ROWS WITH TIES
"""
