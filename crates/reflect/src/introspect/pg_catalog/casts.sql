-- The functions of implicit casts between the domains $1 and json or text. PostgreSQL itself ignores
-- such casts.
SELECT d.oid::bigint AS domain,
       o.typname::text AS other,
       c.casttarget = d.oid AS reads,
       n.nspname::text AS schema,
       p.proname::text AS name
FROM pg_catalog.pg_cast c
JOIN pg_catalog.pg_type d ON d.oid IN (c.castsource, c.casttarget)
JOIN pg_catalog.pg_type o
  ON o.oid = CASE WHEN c.castsource = d.oid THEN c.casttarget ELSE c.castsource END
JOIN pg_catalog.pg_proc p ON p.oid = c.castfunc
JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
WHERE d.oid::bigint = ANY ($1)
  AND o.oid IN ('pg_catalog.json'::pg_catalog.regtype, 'pg_catalog.text'::pg_catalog.regtype)
  AND c.castcontext = 'i'
  AND c.castmethod = 'f'
  AND p.pronargs = 1
  AND pg_catalog.has_function_privilege(p.oid, 'EXECUTE')
ORDER BY d.oid, o.typname, reads
