-- Columns of the relations $1.
SELECT a.attrelid::bigint AS relation,
       a.attname::text AS name,
       a.atttypid::bigint AS type_id,
       a.atttypmod AS type_modifier,
       pg_catalog.format_type(a.atttypid, a.atttypmod) AS database_type,
       a.attnotnull AS not_null,
       a.attidentity::text AS identity,
       a.attgenerated::text AS generated,
       pg_catalog.pg_get_expr(d.adbin, d.adrelid) AS default,
       pg_catalog.col_description(a.attrelid, a.attnum) AS comment
FROM pg_catalog.pg_attribute a
LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE a.attrelid::bigint = ANY ($1) AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attrelid, a.attnum
