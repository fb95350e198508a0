-- The types of the columns of the relations $1, with the element types of arrays and base types of domains.
-- DISTINCT and IN help the planner. It overestimates the recursion and would compile a join with it
-- (jit_above_cost), which takes a second, while the query takes milliseconds.
WITH RECURSIVE used (id) AS (
    SELECT DISTINCT a.atttypid
    FROM pg_catalog.pg_attribute a
    WHERE a.attrelid::bigint = ANY ($1) AND a.attnum > 0 AND NOT a.attisdropped
    UNION
    SELECT CASE t.typtype WHEN 'd' THEN t.typbasetype ELSE t.typelem END
    FROM used
    JOIN pg_catalog.pg_type t ON t.oid = used.id
    WHERE t.typtype = 'd' OR t.typelem <> 0
)
SELECT t.oid::bigint AS id,
       n.nspname::text AS schema,
       t.typname::text AS name,
       t.typtype::text AS kind,
       -- True arrays only: `name` and `point` have elements, too.
       (SELECT e.oid::bigint FROM pg_catalog.pg_type e
        WHERE e.oid = t.typelem AND e.typarray = t.oid) AS element,
       CASE WHEN t.typtype = 'd' THEN t.typbasetype::bigint END AS base,
       t.typtypmod AS base_modifier,
       t.typnotnull AS not_null,
       ARRAY (SELECT l.enumlabel::text FROM pg_catalog.pg_enum l
              WHERE l.enumtypid = t.oid ORDER BY l.enumsortorder) AS labels,
       (SELECT x.extname::text
        FROM pg_catalog.pg_depend d
        JOIN pg_catalog.pg_extension x ON x.oid = d.refobjid
        WHERE d.classid = 'pg_catalog.pg_type'::regclass AND d.objid = t.oid
          AND d.refclassid = 'pg_catalog.pg_extension'::regclass AND d.deptype = 'e') AS extension
FROM pg_catalog.pg_type t
JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
WHERE t.oid IN (SELECT used.id FROM used)
ORDER BY t.oid
