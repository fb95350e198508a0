-- Columns of tables. `hidden` is 2 or 3 for generated columns.
SELECT t.name AS relation, c.name, c.type AS declared, c."notnull" AS not_null,
       c.dflt_value AS default_value, c.pk, c.hidden
FROM pragma_table_list t
JOIN pragma_table_xinfo(t.name) c
WHERE t.schema = 'main' AND t.type = 'table' AND c.hidden <> 1
ORDER BY t.name, c.cid
