-- Functions of one row of the relations $1 that return rows of one of them.
SELECT n.nspname::text AS schema,
       p.proname::text AS name,
       tn.nspname::text AS takes_schema,
       t.relname::text AS takes_table,
       gn.nspname::text AS gives_schema,
       g.relname::text AS gives_table,
       NOT p.proretset OR p.prorows = 1 AS single
FROM pg_catalog.pg_proc p
JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
JOIN pg_catalog.pg_type a ON a.oid = p.proargtypes[0]
JOIN pg_catalog.pg_class t ON t.oid = a.typrelid
JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
JOIN pg_catalog.pg_type r ON r.oid = p.prorettype
JOIN pg_catalog.pg_class g ON g.oid = r.typrelid
JOIN pg_catalog.pg_namespace gn ON gn.oid = g.relnamespace
WHERE p.pronargs = 1
  AND p.prokind = 'f'
  AND t.oid::bigint = ANY ($1)
  AND g.oid::bigint = ANY ($1)
ORDER BY n.nspname, p.proname, tn.nspname, t.relname
