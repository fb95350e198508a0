-- Tables among the relations $1.
SELECT c.oid::bigint AS id, n.nspname::text AS schema, c.relname::text AS name
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p')
  AND n.nspname NOT IN ('pg_catalog', 'information_schema')
  AND c.oid::bigint = ANY ($1)
ORDER BY n.nspname, c.relname
