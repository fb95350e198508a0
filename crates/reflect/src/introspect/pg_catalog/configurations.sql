-- Text search configurations of the reflected schemas whose names filters can contain.
SELECT n.nspname || '.' || c.cfgname AS name
FROM pg_catalog.pg_ts_config c
JOIN pg_catalog.pg_namespace n ON n.oid = c.cfgnamespace
WHERE n.nspname = ANY($1)
    AND n.nspname ~ '^[a-z_][a-z0-9_]*$'
    AND c.cfgname ~ '^[a-z_][a-z0-9_]*$'
    AND pg_catalog.has_schema_privilege(n.oid, 'USAGE')
ORDER BY n.nspname, c.cfgname
