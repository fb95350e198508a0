-- The relations whose rows values of the types $1 hold: as row types, and inside composites, arrays, domains
-- and ranges. Rows of a partition or of an inheriting table are also rows of the tables above it.
WITH RECURSIVE held (root, type) AS (
    SELECT root, root FROM unnest($1::bigint[]) AS root
  UNION
    SELECT held.root, inside.type::bigint
    FROM held
    JOIN pg_catalog.pg_type t ON t.oid::bigint = held.type
    CROSS JOIN LATERAL (
        SELECT t.typelem AS type WHERE t.typelem <> 0
      UNION ALL
        SELECT t.typbasetype WHERE t.typbasetype <> 0
      UNION ALL
        SELECT a.atttypid
        FROM pg_catalog.pg_attribute a
        WHERE t.typrelid <> 0 AND a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped
      UNION ALL
        SELECT above.reltype
        FROM pg_catalog.pg_inherits i
        JOIN pg_catalog.pg_class above ON above.oid = i.inhparent
        WHERE t.typrelid <> 0 AND i.inhrelid = t.typrelid
      UNION ALL
        -- By JSON, because older servers have no multiranges and not this column.
        SELECT r.rngsubtype
        FROM pg_catalog.pg_range r
        WHERE t.typtype IN ('r', 'm')
          AND (r.rngtypid = t.oid
               OR pg_catalog.to_jsonb(r) ->> 'rngmultitypid' = t.oid::bigint::text)
    ) AS inside
)
SELECT held.root, n.nspname::text AS schema, c.relname::text AS table
FROM held
JOIN pg_catalog.pg_type t ON t.oid::bigint = held.type
JOIN pg_catalog.pg_class c ON c.oid = t.typrelid AND c.relkind <> 'c'
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
ORDER BY held.root, n.nspname, c.relname
