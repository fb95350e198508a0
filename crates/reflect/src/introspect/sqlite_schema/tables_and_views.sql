-- Tables and views. Virtual tables and their shadow tables have no types and are left out.
SELECT name, type AS kind, wr AS without_rowid,
       (SELECT sql FROM main.sqlite_schema s WHERE s.name = t.name AND s.type = t.type)
           AS definition
FROM pragma_table_list t
WHERE schema = 'main' AND type IN ('table', 'view') AND name NOT LIKE 'sqlite\_%' ESCAPE '\'
ORDER BY name
