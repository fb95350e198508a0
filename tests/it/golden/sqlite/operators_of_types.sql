-- The statements of requests/operators_of_types.http; `UPDATE_GOLDEN=1 cargo test --test it golden` writes them.

---- Numbers

-- GET /api/v1/numbers?int8=eq.9007199254740993
-- → 200
SELECT "Numbers"."id", "Numbers"."int4", "Numbers"."int8", "Numbers"."float8", "Numbers"."decimal", "Numbers"."money_like", "Numbers"."bool" FROM "Numbers" WHERE "Numbers"."int8" = ? ORDER BY "Numbers"."id" ASC LIMIT 21
--   $1 = 9007199254740993

-- GET /api/v1/numbers?decimal=gt.0.1
-- → 200
SELECT "Numbers"."id", "Numbers"."int4", "Numbers"."int8", "Numbers"."float8", "Numbers"."decimal", "Numbers"."money_like", "Numbers"."bool" FROM "Numbers" WHERE "Numbers"."decimal" > ? ORDER BY "Numbers"."id" ASC LIMIT 21
--   $1 = '0.1'

-- GET /api/v1/numbers?decimal=in.(0.1,100000000000000000000.5)
-- → 200
SELECT "Numbers"."id", "Numbers"."int4", "Numbers"."int8", "Numbers"."float8", "Numbers"."decimal", "Numbers"."money_like", "Numbers"."bool" FROM "Numbers" WHERE "Numbers"."decimal" IN (?, ?) ORDER BY "Numbers"."id" ASC LIMIT 21
--   $1 = '0.1'
--   $2 = '100000000000000000000.5'

-- GET /api/v1/numbers?float8=lt.1e3
-- → 200
SELECT "Numbers"."id", "Numbers"."int4", "Numbers"."int8", "Numbers"."float8", "Numbers"."decimal", "Numbers"."money_like", "Numbers"."bool" FROM "Numbers" WHERE "Numbers"."float8" < ? ORDER BY "Numbers"."id" ASC LIMIT 21
--   $1 = 1000.0

-- GET /api/v1/numbers?bool=is.true
-- → 200
SELECT "Numbers"."id", "Numbers"."int4", "Numbers"."int8", "Numbers"."float8", "Numbers"."decimal", "Numbers"."money_like", "Numbers"."bool" FROM "Numbers" WHERE "Numbers"."bool" IS TRUE ORDER BY "Numbers"."id" ASC LIMIT 21

-- GET /api/v1/numbers?bool=eq.false
-- → 200
SELECT "Numbers"."id", "Numbers"."int4", "Numbers"."int8", "Numbers"."float8", "Numbers"."decimal", "Numbers"."money_like", "Numbers"."bool" FROM "Numbers" WHERE "Numbers"."bool" = ? ORDER BY "Numbers"."id" ASC LIMIT 21
--   $1 = 0

-- GET /api/v1/numbers?order=decimal.desc
-- → 200
SELECT "Numbers"."id", "Numbers"."int4", "Numbers"."int8", "Numbers"."float8", "Numbers"."decimal", "Numbers"."money_like", "Numbers"."bool" FROM "Numbers" WHERE TRUE ORDER BY "Numbers"."decimal" DESC, "Numbers"."id" ASC LIMIT 21

-- GET /api/v1/numbers?select=sum:decimal.sum(),int8.max()
-- → 200
SELECT sum("Numbers"."decimal"), max("Numbers"."int8") FROM "Numbers" AS "Numbers" WHERE TRUE LIMIT 20

---- Moments

-- GET /api/v1/moments?timestamptz=gte.2001-02-03T04:05:06.123456%2B02:00
-- → 400

-- GET /api/v1/moments?date=eq.2001-02-03
-- → 400

-- GET /api/v1/moments?time=lt.04:05:06
-- → 400

-- GET /api/v1/moments?datetime=lt.2001-02-03T04:05:06Z&order=datetime.desc
-- → 200
SELECT "Moments"."id", "Moments"."datetime", "Moments"."optional" FROM "Moments" WHERE (CAST("Moments"."datetime" AS TEXT) COLLATE "refract_moment") < ? AND (("Moments"."datetime" <= ? OR ("Moments"."datetime" >= '' AND "Moments"."datetime" <= ?))) ORDER BY CAST("Moments"."datetime" AS TEXT) COLLATE "refract_moment" DESC, "Moments"."id" ASC LIMIT 21
--   $1 = '2001-02-03T04:05:06.000+00:00'
--   $2 = 981173106001
--   $3 = '2001-02-04~'

-- GET /api/v1/moments?optional=in.(2001-02-03T04:05:06Z)
-- → 200
SELECT "Moments"."id", "Moments"."datetime", "Moments"."optional" FROM "Moments" WHERE (CAST("Moments"."optional" AS TEXT) COLLATE "refract_moment") IN (?) ORDER BY "Moments"."id" ASC LIMIT 21
--   $1 = '2001-02-03T04:05:06.000+00:00'

---- Texts and enums

-- GET /api/v1/texts?progress=eq.in%20progress
-- → 200
SELECT "Texts"."id", "Texts"."text", "Texts"."progress", "Texts"."color", "Texts"."share" FROM "Texts" WHERE "Texts"."progress" = ? ORDER BY "Texts"."id" ASC LIMIT 21
--   $1 = 'in progress'

-- GET /api/v1/texts?progress=in.(todo,1st)
-- → 200
SELECT "Texts"."id", "Texts"."text", "Texts"."progress", "Texts"."color", "Texts"."share" FROM "Texts" WHERE "Texts"."progress" IN (?, ?) ORDER BY "Texts"."id" ASC LIMIT 21
--   $1 = 'todo'
--   $2 = '1st'

-- GET /api/v1/texts?progress=gt.todo
-- → 200
SELECT "Texts"."id", "Texts"."text", "Texts"."progress", "Texts"."color", "Texts"."share" FROM "Texts" WHERE "Texts"."progress" > ? ORDER BY "Texts"."id" ASC LIMIT 21
--   $1 = 'todo'

-- GET /api/v1/texts?email=like.*@example.com
-- → 400

---- UUIDs, bytes and documents

-- GET /api/v1/documents?id=eq.01234567-89ab-4def-8123-456789abcdef
-- → 200
SELECT "Documents"."id", "Documents"."jsonb", "Documents"."optional", "Documents"."bytes", "Documents"."optional_bytes" FROM "Documents" WHERE "Documents"."id" = ? ORDER BY "Documents"."id" ASC LIMIT 21
--   $1 = '01234567-89ab-4def-8123-456789abcdef'

-- GET /api/v1/documents?bytes=eq.AAEC
-- → 200
SELECT "Documents"."id", "Documents"."jsonb", "Documents"."optional", "Documents"."bytes", "Documents"."optional_bytes" FROM "Documents" WHERE "Documents"."bytes" = ? ORDER BY "Documents"."id" ASC LIMIT 21
--   $1 = x'000102'

-- GET /api/v1/documents?jsonb=eq.{"a":1}
-- → 200
SELECT "Documents"."id", "Documents"."jsonb", "Documents"."optional", "Documents"."bytes", "Documents"."optional_bytes" FROM "Documents" WHERE "Documents"."jsonb" = ? ORDER BY "Documents"."id" ASC LIMIT 21
--   $1 = '{"a":1}'

-- GET /api/v1/documents?jsonb->a->0=eq.1&select=id,jsonb->b
-- → 200
SELECT "Documents"."id", (CASE WHEN (json_valid("Documents"."jsonb")) THEN "Documents"."jsonb" -> ('$."b"') END), "Documents"."id" FROM "Documents" AS "Documents" WHERE (CASE WHEN (json_valid("Documents"."jsonb")) THEN "Documents"."jsonb" -> ('$."a"[0]') END) = ? ORDER BY "Documents"."id" ASC LIMIT 21
--   $1 = '1'

---- Arrays

-- GET /api/v1/arrays?texts=cs.{a,"b%20c"}
-- → 404

-- GET /api/v1/arrays?ints=cd.{1,2,3}
-- → 404

-- GET /api/v1/arrays?colors=ov.{RED,GREEN}
-- → 404

-- GET /api/v1/arrays?texts=eq.{a,b}
-- → 404

-- GET /api/v1/arrays?ints=in.("{1,2}","{3}")
-- → 404

---- Ranges and other types

-- GET /api/v1/exotics?int4range=cs.[1,5)
-- → 404

-- GET /api/v1/exotics?int4range=sl.[10,20)
-- → 404

-- GET /api/v1/exotics?int4range=sr.[10,20)
-- → 404

-- GET /api/v1/exotics?int4range=nxr.[10,20)
-- → 404

-- GET /api/v1/exotics?int4range=nxl.[10,20)
-- → 404

-- GET /api/v1/exotics?int4range=adj.[10,20)
-- → 404

-- GET /api/v1/exotics?inet=eq.10.0.0.1
-- → 404

-- GET /api/v1/exotics?tsvector=fts.word
-- → 404

-- GET /api/v1/exotics?money=gt.10
-- → 404

---- Rows of these types

-- GET /api/v1/arrays?limit=1
-- → 404

-- GET /api/v1/exotics?limit=1
-- → 404

-- GET /api/v1/numbers?limit=1
-- → 200
SELECT "Numbers"."id", "Numbers"."int4", "Numbers"."int8", "Numbers"."float8", "Numbers"."decimal", "Numbers"."money_like", "Numbers"."bool" FROM "Numbers" WHERE TRUE ORDER BY "Numbers"."id" ASC LIMIT 2

-- GET /api/v1/moments?limit=1
-- → 200
SELECT "Moments"."id", "Moments"."datetime", "Moments"."optional" FROM "Moments" WHERE TRUE ORDER BY "Moments"."id" ASC LIMIT 2

-- GET /api/v1/texts?limit=1
-- → 200
SELECT "Texts"."id", "Texts"."text", "Texts"."progress", "Texts"."color", "Texts"."share" FROM "Texts" WHERE TRUE ORDER BY "Texts"."id" ASC LIMIT 2

-- GET /api/v1/documents?limit=1
-- → 200
SELECT "Documents"."id", "Documents"."jsonb", "Documents"."optional", "Documents"."bytes", "Documents"."optional_bytes" FROM "Documents" WHERE TRUE ORDER BY "Documents"."id" ASC LIMIT 2

---- Names that need quotes

-- GET /api/v1/matches?type=eq.1&select=self,crate,Self
-- → 400

-- GET /api/v1/selects?from=eq.a&order=where.desc
-- → 200
SELECT "select"."id", "select"."from", "select"."where" FROM "select" WHERE "select"."from" = ? ORDER BY "select"."where" DESC NULLS FIRST, "select"."id" ASC LIMIT 21
--   $1 = 'a'

---- Writes of these types

-- POST /api/v1/documents {"id": "01234567-89ab-4def-8123-456789abcdef", "json": {"a": 1}, "jsonb": [1, "x"], "optional": null, "bytes": "AAEC"}
-- → 422

-- POST /api/v1/documents {"id": "11234567-89ab-4def-8123-456789abcdef", "jsonb": [1, "x"], "bytes": "AAEC"}
-- → 201
INSERT INTO "Documents" ("id", "jsonb", "bytes") VALUES (?, ?, ?) RETURNING "Documents"."id", "Documents"."jsonb", "Documents"."optional", "Documents"."bytes", "Documents"."optional_bytes"
--   $1 = '11234567-89ab-4def-8123-456789abcdef'
--   $2 = '[1, "x"]'
--   $3 = x'000102'

-- POST /api/v1/arrays [{"texts": ["a", "b\"c"], "ints": [1, 2], "colors": ["RED"]}, {"texts": [], "dates": ["2001-02-03"]}]
-- → 404

-- POST /api/v1/exotics {"inet": "10.0.0.1", "int4range": "[1,5)", "interval": "1 day"}
-- → 404
