-- Columns of the relations $1.
SELECT a.attrelid::bigint AS relation,
       a.attname::text AS name,
       a.atttypid::bigint AS type_id,
       a.atttypmod AS type_modifier,
       pg_catalog.format_type(a.atttypid, a.atttypmod) AS database_type,
       a.attnotnull AS not_null,
       a.attidentity::text AS identity,
       a.attgenerated::text AS generated,
       -- A domain may have a default, too.
       COALESCE(pg_catalog.pg_get_expr(d.adbin, d.adrelid),
                CASE WHEN t.typtype = 'd' THEN t.typdefault END) AS default,
       -- By JSON, because not every server that speaks PostgreSQL's protocol has the column.
       COALESCE(pg_catalog.to_jsonb(l) ->> 'collisdeterministic', 'true') = 'false' AS nondeterministic,
       pg_catalog.col_description(a.attrelid, a.attnum) AS comment
FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_catalog.pg_collation l ON l.oid = a.attcollation
LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE a.attrelid::bigint = ANY ($1) AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attrelid, a.attnum
