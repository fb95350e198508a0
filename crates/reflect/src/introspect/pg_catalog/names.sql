-- The names of the columns of the relations $1, by their numbers.
SELECT a.attrelid::bigint AS relation,
       a.attnum AS number,
       n.nspname::text AS schema,
       c.relname::text AS table,
       a.attname::text AS column
FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE a.attrelid::bigint = ANY ($1) AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attrelid, a.attnum
