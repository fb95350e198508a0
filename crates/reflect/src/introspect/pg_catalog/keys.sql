-- Primary keys and complete unique indexes of the relations $1. Prisma creates unique indexes rather than
-- constraints; the index of a constraint has the constraint's name. Indexes that are partial, on
-- expressions or not valid are not keys, and the INCLUDE columns after indnkeyatts are not part of one.
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
