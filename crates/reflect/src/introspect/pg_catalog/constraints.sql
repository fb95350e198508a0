-- Foreign keys and checks of the relations $1. PostgreSQL adds rows with a parent, one for each partition
-- of a referenced table.
SELECT k.conrelid::bigint AS relation,
       k.conname::text AS name,
       k.contype::text AS kind,
       pg_catalog.pg_get_constraintdef(k.oid) AS definition,
       ARRAY (SELECT a.attname::text
              FROM unnest(k.conkey) WITH ORDINALITY AS c (attnum, place)
              JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = c.attnum
              ORDER BY c.place) AS columns,
       n.nspname::text AS target_schema,
       t.relname::text AS target_table,
       ARRAY (SELECT a.attname::text
              FROM unnest(k.confkey) WITH ORDINALITY AS c (attnum, place)
              JOIN pg_catalog.pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = c.attnum
              ORDER BY c.place) AS target_columns,
       k.confupdtype::text AS on_update,
       k.confdeltype::text AS on_delete
FROM pg_catalog.pg_constraint k
LEFT JOIN pg_catalog.pg_class t ON t.oid = k.confrelid AND k.contype = 'f'
LEFT JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
WHERE k.conrelid::bigint = ANY ($1) AND k.contype IN ('f', 'c') AND k.conparentid = 0
ORDER BY k.conrelid, k.conname
