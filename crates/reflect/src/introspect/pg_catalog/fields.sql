-- Functions of one row of the relations $1 with the types of their values, one row for each OUT argument.
-- A value of a pseudo-type (`record`, `anyelement`) may be anything.
SELECT n.nspname::text AS schema,
       p.proname::text AS name,
       tn.nspname::text AS takes_schema,
       t.relname::text AS takes_table,
       given.type::bigint AS type_id,
       g.typtype = 'p' AS is_opaque
FROM pg_catalog.pg_proc p
JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
JOIN pg_catalog.pg_type a ON a.oid = p.proargtypes[0]
JOIN pg_catalog.pg_class t ON t.oid = a.typrelid
JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
CROSS JOIN LATERAL (
    SELECT p.prorettype AS type WHERE p.proallargtypes IS NULL
  UNION ALL
    SELECT argument.type
    FROM unnest(p.proallargtypes, p.proargmodes) AS argument (type, mode)
    WHERE argument.mode IN ('b', 'o', 't')
) AS given
JOIN pg_catalog.pg_type g ON g.oid = given.type
WHERE p.pronargs = 1
  AND p.prokind = 'f'
  AND t.oid::bigint = ANY ($1)
ORDER BY n.nspname, p.proname, tn.nspname, t.relname, given.type
