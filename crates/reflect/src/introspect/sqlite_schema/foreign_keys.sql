-- Foreign keys, one row for each column. `target_column` is NULL for the primary key.
SELECT t.name AS relation, k.id, k."table" AS target_table, k."from" AS column,
       k."to" AS target_column, k.on_update, k.on_delete
FROM pragma_table_list t
JOIN pragma_foreign_key_list(t.name) k
WHERE t.schema = 'main' AND t.type = 'table'
ORDER BY t.name, k.id, k.seq
