-- Columns of the view $1. It is an error if the view no longer fits its tables.
SELECT $1 AS relation, c.name, c.type AS declared, c."notnull" AS not_null,
       c.dflt_value AS default_value, c.pk, c.hidden
FROM pragma_table_xinfo($1) c
WHERE c.hidden <> 1
ORDER BY c.cid
