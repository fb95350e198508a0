-- Complete unique indexes, one row for each column. `origin` is 'c' for CREATE INDEX; other indexes have no
-- name. `column` is NULL where the index is on an expression or the rowid.
SELECT t.name AS relation, i.name, i.origin, c.name AS column
FROM pragma_table_list t
JOIN pragma_index_list(t.name) i
JOIN pragma_index_xinfo(i.name) c
WHERE t.schema = 'main' AND t.type = 'table'
  AND i."unique" = 1 AND i.partial = 0 AND i.origin <> 'pk' AND c.key = 1
ORDER BY t.name, i.name, c.seqno
