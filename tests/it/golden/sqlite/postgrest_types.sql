-- The statements of requests/postgrest_types.http; `UPDATE_GOLDEN=1 cargo test --test it golden` writes them.

-- GET /rest/v1/Numbers?int8=eq.9007199254740993&decimal=gt.0.1
-- → 200
SELECT "Numbers"."id", "Numbers"."int4", "Numbers"."int8", "Numbers"."float8", "Numbers"."decimal", "Numbers"."money_like", "Numbers"."bool" FROM "Numbers" AS "Numbers" WHERE "Numbers"."int8" = ? AND "Numbers"."decimal" > ?
--   $1 = 9007199254740993
--   $2 = '0.1'

-- GET /rest/v1/Numbers?bool=is.true&order=decimal.desc
-- → 200
SELECT "Numbers"."id", "Numbers"."int4", "Numbers"."int8", "Numbers"."float8", "Numbers"."decimal", "Numbers"."money_like", "Numbers"."bool" FROM "Numbers" AS "Numbers" WHERE "Numbers"."bool" IS TRUE ORDER BY "Numbers"."decimal" DESC

-- GET /rest/v1/Moments?limit=1
-- → 200
SELECT (SELECT COUNT(*) FROM "Moments" AS "Moments_1" WHERE TRUE), json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Moments"."id"), quote("Moments"."datetime"), quote("Moments"."optional")) AS "row" FROM "Moments" AS "Moments" WHERE TRUE LIMIT 1) AS "rows"))

-- GET /rest/v1/Texts?progress=eq.in%20progress&select=id,progress,share
-- → 200
SELECT "Texts"."id", "Texts"."progress", "Texts"."share" FROM "Texts" AS "Texts" WHERE "Texts"."progress" = ?
--   $1 = 'in progress'

-- GET /rest/v1/Documents?jsonb->a->0=eq.1&select=id,jsonb->b
-- → 200
SELECT "Documents"."id", (CASE WHEN (json_valid("Documents"."jsonb")) THEN "Documents"."jsonb" -> ('$."b"') END) FROM "Documents" AS "Documents" WHERE (CASE WHEN (json_valid("Documents"."jsonb")) THEN "Documents"."jsonb" -> ('$."a"[0]') END) = ?
--   $1 = '1'

-- GET /rest/v1/Arrays?texts=cs.{a,"b%20c"}&ints=cd.{1,2}
-- → 404

-- GET /rest/v1/Arrays?colors=ov.{RED}
-- → 404

-- GET /rest/v1/Exotic?int4range=sl.[10,20)&select=id,int4range
-- → 404

-- GET /rest/v1/Exotic?int4range=adj.[10,20)&int4range=nxr.[1,2)&int4range=nxl.[1,2)&int4range=sr.[1,2)
-- → 404

-- GET /rest/v1/Exotic?tsvector=fts.word
-- → 404

-- GET /rest/v1/Gr%C3%B6%C3%9Fen%20%26%20Ma%C3%9Fe?select="a.b","a,b",2fa
-- → 200
SELECT "Größen & Maße"."a.b", "Größen & Maße"."a,b", "Größen & Maße"."2fa" FROM "Größen & Maße" AS "Größen & Maße" WHERE TRUE

-- GET /rest/v1/select?from=eq.a&order=where.desc
-- → 200
SELECT "select"."id", "select"."from", "select"."where" FROM "select" AS "select" WHERE "select"."from" = ? ORDER BY "select"."where" DESC NULLS FIRST
--   $1 = 'a'

-- POST /rest/v1/Documents {"id": "01234567-89ab-4def-8123-456789abcdef", "json": {"a": 1}, "jsonb": [1, "x"], "bytes": "AAEC"} | Prefer: return=representation
-- → 400

-- POST /rest/v1/Arrays [{"texts": ["a"], "ints": [1, 2]}, {"texts": [], "ints": null}] | Prefer: return=representation
-- → 404
