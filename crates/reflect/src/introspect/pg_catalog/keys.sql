-- Primary keys and complete unique indexes of the relations $1. Prisma writes unique indexes, not
-- constraints; a constraint's index has its name. Partial, expression and unfinished ones are no
-- keys, and neither are the INCLUDE columns beyond indnkeyatts.
SELECT i.indrelid::bigint AS relation,
       c.relname::text AS name,
       i.indisprimary AS is_primary,
       NOT i.indimmediate AS is_deferrable,
       ARRAY (SELECT a.attname::text
              FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k (attnum, place)
              JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
              WHERE k.place <= i.indnkeyatts
              ORDER BY k.place) AS columns
FROM pg_catalog.pg_index i
JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
WHERE i.indrelid::bigint = ANY ($1)
  AND i.indisunique AND i.indisvalid AND NOT i.indisexclusion AND i.indpred IS NULL AND i.indexprs IS NULL
ORDER BY i.indrelid, c.relname
