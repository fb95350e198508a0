-- The statements of requests/operators_of_types.http; `UPDATE_GOLDEN=1 cargo test --test it golden` writes them.

---- Numbers

-- GET /api/v1/numbers?int8=eq.9007199254740993
-- → 200
SELECT "Numbers"."id", "Numbers"."int2", "Numbers"."int4", "Numbers"."int8", "Numbers"."float4", "Numbers"."float8", "Numbers"."decimal", "Numbers"."numeric", "Numbers"."money_like", "Numbers"."whole", "Numbers"."bool", "Numbers"."oid" FROM "public"."Numbers" WHERE "Numbers"."int8" = $1 ORDER BY "Numbers"."id" ASC LIMIT 21
--   $1 = '9007199254740993'

-- GET /api/v1/numbers?decimal=gt.0.1
-- → 200
SELECT "Numbers"."id", "Numbers"."int2", "Numbers"."int4", "Numbers"."int8", "Numbers"."float4", "Numbers"."float8", "Numbers"."decimal", "Numbers"."numeric", "Numbers"."money_like", "Numbers"."whole", "Numbers"."bool", "Numbers"."oid" FROM "public"."Numbers" WHERE "Numbers"."decimal" > $1 ORDER BY "Numbers"."id" ASC LIMIT 21
--   $1 = '0.1'

-- GET /api/v1/numbers?decimal=in.(0.1,100000000000000000000.5)
-- → 200
SELECT "Numbers"."id", "Numbers"."int2", "Numbers"."int4", "Numbers"."int8", "Numbers"."float4", "Numbers"."float8", "Numbers"."decimal", "Numbers"."numeric", "Numbers"."money_like", "Numbers"."whole", "Numbers"."bool", "Numbers"."oid" FROM "public"."Numbers" WHERE "Numbers"."decimal" = ANY($1) ORDER BY "Numbers"."id" ASC LIMIT 21
--   $1 = '{"0.1","100000000000000000000.5"}'

-- GET /api/v1/numbers?float8=lt.1e3
-- → 200
SELECT "Numbers"."id", "Numbers"."int2", "Numbers"."int4", "Numbers"."int8", "Numbers"."float4", "Numbers"."float8", "Numbers"."decimal", "Numbers"."numeric", "Numbers"."money_like", "Numbers"."whole", "Numbers"."bool", "Numbers"."oid" FROM "public"."Numbers" WHERE "Numbers"."float8" < $1 ORDER BY "Numbers"."id" ASC LIMIT 21
--   $1 = '1000'

-- GET /api/v1/numbers?bool=is.true
-- → 200
SELECT "Numbers"."id", "Numbers"."int2", "Numbers"."int4", "Numbers"."int8", "Numbers"."float4", "Numbers"."float8", "Numbers"."decimal", "Numbers"."numeric", "Numbers"."money_like", "Numbers"."whole", "Numbers"."bool", "Numbers"."oid" FROM "public"."Numbers" WHERE "Numbers"."bool" IS TRUE ORDER BY "Numbers"."id" ASC LIMIT 21

-- GET /api/v1/numbers?bool=eq.false
-- → 200
SELECT "Numbers"."id", "Numbers"."int2", "Numbers"."int4", "Numbers"."int8", "Numbers"."float4", "Numbers"."float8", "Numbers"."decimal", "Numbers"."numeric", "Numbers"."money_like", "Numbers"."whole", "Numbers"."bool", "Numbers"."oid" FROM "public"."Numbers" WHERE "Numbers"."bool" = $1 ORDER BY "Numbers"."id" ASC LIMIT 21
--   $1 = 'false'

-- GET /api/v1/numbers?order=decimal.desc
-- → 200
SELECT "Numbers"."id", "Numbers"."int2", "Numbers"."int4", "Numbers"."int8", "Numbers"."float4", "Numbers"."float8", "Numbers"."decimal", "Numbers"."numeric", "Numbers"."money_like", "Numbers"."whole", "Numbers"."bool", "Numbers"."oid" FROM "public"."Numbers" WHERE TRUE ORDER BY "Numbers"."decimal" DESC, "Numbers"."id" ASC LIMIT 21

-- GET /api/v1/numbers?select=sum:decimal.sum(),int8.max()
-- → 200
SELECT sum("Numbers"."decimal"), max("Numbers"."int8") FROM "public"."Numbers" AS "Numbers" WHERE TRUE LIMIT 20

---- Moments

-- GET /api/v1/moments?timestamptz=gte.2001-02-03T04:05:06.123456%2B02:00
-- → 200
SELECT "Moments"."id", "Moments"."timestamp", "Moments"."timestamp_0", "Moments"."timestamp_3", "Moments"."timestamptz", "Moments"."timestamptz_6", "Moments"."date", "Moments"."time", "Moments"."time_3", CAST("Moments"."timetz" AS text), CAST("Moments"."interval" AS text) FROM "public"."Moments" WHERE "Moments"."timestamptz" >= $1 ORDER BY "Moments"."id" ASC LIMIT 21
--   $1 = '2001-02-03T02:05:06.123456Z'

-- GET /api/v1/moments?date=eq.2001-02-03
-- → 200
SELECT "Moments"."id", "Moments"."timestamp", "Moments"."timestamp_0", "Moments"."timestamp_3", "Moments"."timestamptz", "Moments"."timestamptz_6", "Moments"."date", "Moments"."time", "Moments"."time_3", CAST("Moments"."timetz" AS text), CAST("Moments"."interval" AS text) FROM "public"."Moments" WHERE "Moments"."date" = $1 ORDER BY "Moments"."id" ASC LIMIT 21
--   $1 = '2001-02-03'

-- GET /api/v1/moments?time=lt.04:05:06
-- → 200
SELECT "Moments"."id", "Moments"."timestamp", "Moments"."timestamp_0", "Moments"."timestamp_3", "Moments"."timestamptz", "Moments"."timestamptz_6", "Moments"."date", "Moments"."time", "Moments"."time_3", CAST("Moments"."timetz" AS text), CAST("Moments"."interval" AS text) FROM "public"."Moments" WHERE "Moments"."time" < $1 ORDER BY "Moments"."id" ASC LIMIT 21
--   $1 = '04:05:06.000000'

-- GET /api/v1/moments?datetime=lt.2001-02-03T04:05:06Z&order=datetime.desc
-- → 400

-- GET /api/v1/moments?optional=in.(2001-02-03T04:05:06Z)
-- → 400

---- Texts and enums

-- GET /api/v1/texts?progress=eq.in%20progress
-- → 200
SELECT "Texts"."id", "Texts"."text", "Texts"."varchar", "Texts"."varchar_5", "Texts"."char", CAST("Texts"."internal_char" AS text), "Texts"."name", CAST("Texts"."email" AS text), CAST("Texts"."progress" AS text), CAST("Texts"."color" AS text), CAST("Texts"."warm" AS text), "Texts"."share" FROM "public"."Texts" WHERE "Texts"."progress" = $1 ORDER BY "Texts"."id" ASC LIMIT 21
--   $1 = 'in progress'

-- GET /api/v1/texts?progress=in.(todo,1st)
-- → 200
SELECT "Texts"."id", "Texts"."text", "Texts"."varchar", "Texts"."varchar_5", "Texts"."char", CAST("Texts"."internal_char" AS text), "Texts"."name", CAST("Texts"."email" AS text), CAST("Texts"."progress" AS text), CAST("Texts"."color" AS text), CAST("Texts"."warm" AS text), "Texts"."share" FROM "public"."Texts" WHERE "Texts"."progress" = ANY($1) ORDER BY "Texts"."id" ASC LIMIT 21
--   $1 = '{"todo","1st"}'

-- GET /api/v1/texts?progress=gt.todo
-- → 200
SELECT "Texts"."id", "Texts"."text", "Texts"."varchar", "Texts"."varchar_5", "Texts"."char", CAST("Texts"."internal_char" AS text), "Texts"."name", CAST("Texts"."email" AS text), CAST("Texts"."progress" AS text), CAST("Texts"."color" AS text), CAST("Texts"."warm" AS text), "Texts"."share" FROM "public"."Texts" WHERE "Texts"."progress" > $1 ORDER BY "Texts"."id" ASC LIMIT 21
--   $1 = 'todo'

-- GET /api/v1/texts?email=like.*@example.com
-- → 200
SELECT "Texts"."id", "Texts"."text", "Texts"."varchar", "Texts"."varchar_5", "Texts"."char", CAST("Texts"."internal_char" AS text), "Texts"."name", CAST("Texts"."email" AS text), CAST("Texts"."progress" AS text), CAST("Texts"."color" AS text), CAST("Texts"."warm" AS text), "Texts"."share" FROM "public"."Texts" WHERE "Texts"."email" LIKE $1 ORDER BY "Texts"."id" ASC LIMIT 21
--   $1 = '%@example.com'

---- UUIDs, bytes and documents

-- GET /api/v1/documents?id=eq.01234567-89ab-4def-8123-456789abcdef
-- → 200
SELECT "Documents"."id", "Documents"."json", "Documents"."jsonb", "Documents"."optional", "Documents"."jsonb_list", "Documents"."bytes", "Documents"."optional_bytes" FROM "public"."Documents" WHERE "Documents"."id" = $1 ORDER BY "Documents"."id" ASC LIMIT 21
--   $1 = '01234567-89ab-4def-8123-456789abcdef'

-- GET /api/v1/documents?bytes=eq.AAEC
-- → 200
SELECT "Documents"."id", "Documents"."json", "Documents"."jsonb", "Documents"."optional", "Documents"."jsonb_list", "Documents"."bytes", "Documents"."optional_bytes" FROM "public"."Documents" WHERE "Documents"."bytes" = $1 ORDER BY "Documents"."id" ASC LIMIT 21
--   $1 = '\x000102'

-- GET /api/v1/documents?jsonb=eq.{"a":1}
-- → 200
SELECT "Documents"."id", "Documents"."json", "Documents"."jsonb", "Documents"."optional", "Documents"."jsonb_list", "Documents"."bytes", "Documents"."optional_bytes" FROM "public"."Documents" WHERE "Documents"."jsonb" = $1 ORDER BY "Documents"."id" ASC LIMIT 21
--   $1 = '{"a":1}'

-- GET /api/v1/documents?jsonb->a->0=eq.1&select=id,jsonb->b
-- → 200
SELECT "Documents"."id", "Documents"."jsonb" -> ('b'), "Documents"."id" FROM "public"."Documents" AS "Documents" WHERE (("Documents"."jsonb" -> ('a')) -> 0) = $1 ORDER BY "Documents"."id" ASC LIMIT 21
--   $1 = '1'

---- Arrays

-- GET /api/v1/arrays?texts=cs.{a,"b%20c"}
-- → 200
SELECT "Arrays"."id", "Arrays"."texts", "Arrays"."varchars", "Arrays"."ints", "Arrays"."smallints", "Arrays"."bigints", "Arrays"."floats", "Arrays"."decimals", "Arrays"."numerics", "Arrays"."bools", "Arrays"."uuids", "Arrays"."dates", "Arrays"."times", "Arrays"."timestamps", "Arrays"."timestamptzs", "Arrays"."bytes", CAST("Arrays"."colors" AS text[]), CAST("Arrays"."progresses" AS text[]), CAST("Arrays"."words" AS text[]) FROM "public"."Arrays" WHERE "Arrays"."texts" @> $1 ORDER BY "Arrays"."id" ASC LIMIT 21
--   $1 = '{"a","b c"}'

-- GET /api/v1/arrays?ints=cd.{1,2,3}
-- → 200
SELECT "Arrays"."id", "Arrays"."texts", "Arrays"."varchars", "Arrays"."ints", "Arrays"."smallints", "Arrays"."bigints", "Arrays"."floats", "Arrays"."decimals", "Arrays"."numerics", "Arrays"."bools", "Arrays"."uuids", "Arrays"."dates", "Arrays"."times", "Arrays"."timestamps", "Arrays"."timestamptzs", "Arrays"."bytes", CAST("Arrays"."colors" AS text[]), CAST("Arrays"."progresses" AS text[]), CAST("Arrays"."words" AS text[]) FROM "public"."Arrays" WHERE "Arrays"."ints" <@ $1 ORDER BY "Arrays"."id" ASC LIMIT 21
--   $1 = '{"1","2","3"}'

-- GET /api/v1/arrays?colors=ov.{RED,GREEN}
-- → 200
SELECT "Arrays"."id", "Arrays"."texts", "Arrays"."varchars", "Arrays"."ints", "Arrays"."smallints", "Arrays"."bigints", "Arrays"."floats", "Arrays"."decimals", "Arrays"."numerics", "Arrays"."bools", "Arrays"."uuids", "Arrays"."dates", "Arrays"."times", "Arrays"."timestamps", "Arrays"."timestamptzs", "Arrays"."bytes", CAST("Arrays"."colors" AS text[]), CAST("Arrays"."progresses" AS text[]), CAST("Arrays"."words" AS text[]) FROM "public"."Arrays" WHERE "Arrays"."colors" && $1 ORDER BY "Arrays"."id" ASC LIMIT 21
--   $1 = '{"RED","GREEN"}'

-- GET /api/v1/arrays?texts=eq.{a,b}
-- → 200
SELECT "Arrays"."id", "Arrays"."texts", "Arrays"."varchars", "Arrays"."ints", "Arrays"."smallints", "Arrays"."bigints", "Arrays"."floats", "Arrays"."decimals", "Arrays"."numerics", "Arrays"."bools", "Arrays"."uuids", "Arrays"."dates", "Arrays"."times", "Arrays"."timestamps", "Arrays"."timestamptzs", "Arrays"."bytes", CAST("Arrays"."colors" AS text[]), CAST("Arrays"."progresses" AS text[]), CAST("Arrays"."words" AS text[]) FROM "public"."Arrays" WHERE "Arrays"."texts" = $1 ORDER BY "Arrays"."id" ASC LIMIT 21
--   $1 = '{"a","b"}'

-- GET /api/v1/arrays?ints=in.("{1,2}","{3}")
-- → 200
SELECT "Arrays"."id", "Arrays"."texts", "Arrays"."varchars", "Arrays"."ints", "Arrays"."smallints", "Arrays"."bigints", "Arrays"."floats", "Arrays"."decimals", "Arrays"."numerics", "Arrays"."bools", "Arrays"."uuids", "Arrays"."dates", "Arrays"."times", "Arrays"."timestamps", "Arrays"."timestamptzs", "Arrays"."bytes", CAST("Arrays"."colors" AS text[]), CAST("Arrays"."progresses" AS text[]), CAST("Arrays"."words" AS text[]) FROM "public"."Arrays" WHERE "Arrays"."ints" IN ($1, $2) ORDER BY "Arrays"."id" ASC LIMIT 21
--   $1 = '{"1","2"}'
--   $2 = '{"3"}'

---- Ranges and other types

-- GET /api/v1/exotics?int4range=cs.[1,5)
-- → 200
SELECT "Exotic"."id", abbrev("Exotic"."inet"), CAST("Exotic"."cidr" AS text), CAST("Exotic"."macaddr" AS text), CAST("Exotic"."interval" AS text), CAST("Exotic"."tsvector" AS text), CAST("Exotic"."tsquery" AS text), CAST("Exotic"."int4range" AS text), CAST("Exotic"."tstzrange" AS text), CAST("Exotic"."bit" AS text), CAST("Exotic"."varbit" AS text), CAST("Exotic"."money" AS numeric), CAST("Exotic"."point" AS text), CAST("Exotic"."xml" AS text), CAST("Exotic"."address" AS text), CAST(CAST("Exotic"."inets" AS text) AS text[]), abbrev("Exotic"."required") FROM "public"."Exotic" WHERE "Exotic"."int4range" @> $1 ORDER BY "Exotic"."id" ASC LIMIT 21
--   $1 = '[1,5)'

-- GET /api/v1/exotics?int4range=sl.[10,20)
-- → 200
SELECT "Exotic"."id", abbrev("Exotic"."inet"), CAST("Exotic"."cidr" AS text), CAST("Exotic"."macaddr" AS text), CAST("Exotic"."interval" AS text), CAST("Exotic"."tsvector" AS text), CAST("Exotic"."tsquery" AS text), CAST("Exotic"."int4range" AS text), CAST("Exotic"."tstzrange" AS text), CAST("Exotic"."bit" AS text), CAST("Exotic"."varbit" AS text), CAST("Exotic"."money" AS numeric), CAST("Exotic"."point" AS text), CAST("Exotic"."xml" AS text), CAST("Exotic"."address" AS text), CAST(CAST("Exotic"."inets" AS text) AS text[]), abbrev("Exotic"."required") FROM "public"."Exotic" WHERE "Exotic"."int4range" << $1 ORDER BY "Exotic"."id" ASC LIMIT 21
--   $1 = '[10,20)'

-- GET /api/v1/exotics?int4range=sr.[10,20)
-- → 200
SELECT "Exotic"."id", abbrev("Exotic"."inet"), CAST("Exotic"."cidr" AS text), CAST("Exotic"."macaddr" AS text), CAST("Exotic"."interval" AS text), CAST("Exotic"."tsvector" AS text), CAST("Exotic"."tsquery" AS text), CAST("Exotic"."int4range" AS text), CAST("Exotic"."tstzrange" AS text), CAST("Exotic"."bit" AS text), CAST("Exotic"."varbit" AS text), CAST("Exotic"."money" AS numeric), CAST("Exotic"."point" AS text), CAST("Exotic"."xml" AS text), CAST("Exotic"."address" AS text), CAST(CAST("Exotic"."inets" AS text) AS text[]), abbrev("Exotic"."required") FROM "public"."Exotic" WHERE "Exotic"."int4range" >> $1 ORDER BY "Exotic"."id" ASC LIMIT 21
--   $1 = '[10,20)'

-- GET /api/v1/exotics?int4range=nxr.[10,20)
-- → 200
SELECT "Exotic"."id", abbrev("Exotic"."inet"), CAST("Exotic"."cidr" AS text), CAST("Exotic"."macaddr" AS text), CAST("Exotic"."interval" AS text), CAST("Exotic"."tsvector" AS text), CAST("Exotic"."tsquery" AS text), CAST("Exotic"."int4range" AS text), CAST("Exotic"."tstzrange" AS text), CAST("Exotic"."bit" AS text), CAST("Exotic"."varbit" AS text), CAST("Exotic"."money" AS numeric), CAST("Exotic"."point" AS text), CAST("Exotic"."xml" AS text), CAST("Exotic"."address" AS text), CAST(CAST("Exotic"."inets" AS text) AS text[]), abbrev("Exotic"."required") FROM "public"."Exotic" WHERE "Exotic"."int4range" &< $1 ORDER BY "Exotic"."id" ASC LIMIT 21
--   $1 = '[10,20)'

-- GET /api/v1/exotics?int4range=nxl.[10,20)
-- → 200
SELECT "Exotic"."id", abbrev("Exotic"."inet"), CAST("Exotic"."cidr" AS text), CAST("Exotic"."macaddr" AS text), CAST("Exotic"."interval" AS text), CAST("Exotic"."tsvector" AS text), CAST("Exotic"."tsquery" AS text), CAST("Exotic"."int4range" AS text), CAST("Exotic"."tstzrange" AS text), CAST("Exotic"."bit" AS text), CAST("Exotic"."varbit" AS text), CAST("Exotic"."money" AS numeric), CAST("Exotic"."point" AS text), CAST("Exotic"."xml" AS text), CAST("Exotic"."address" AS text), CAST(CAST("Exotic"."inets" AS text) AS text[]), abbrev("Exotic"."required") FROM "public"."Exotic" WHERE "Exotic"."int4range" &> $1 ORDER BY "Exotic"."id" ASC LIMIT 21
--   $1 = '[10,20)'

-- GET /api/v1/exotics?int4range=adj.[10,20)
-- → 200
SELECT "Exotic"."id", abbrev("Exotic"."inet"), CAST("Exotic"."cidr" AS text), CAST("Exotic"."macaddr" AS text), CAST("Exotic"."interval" AS text), CAST("Exotic"."tsvector" AS text), CAST("Exotic"."tsquery" AS text), CAST("Exotic"."int4range" AS text), CAST("Exotic"."tstzrange" AS text), CAST("Exotic"."bit" AS text), CAST("Exotic"."varbit" AS text), CAST("Exotic"."money" AS numeric), CAST("Exotic"."point" AS text), CAST("Exotic"."xml" AS text), CAST("Exotic"."address" AS text), CAST(CAST("Exotic"."inets" AS text) AS text[]), abbrev("Exotic"."required") FROM "public"."Exotic" WHERE "Exotic"."int4range" -|- $1 ORDER BY "Exotic"."id" ASC LIMIT 21
--   $1 = '[10,20)'

-- GET /api/v1/exotics?inet=eq.10.0.0.1
-- → 200
SELECT "Exotic"."id", abbrev("Exotic"."inet"), CAST("Exotic"."cidr" AS text), CAST("Exotic"."macaddr" AS text), CAST("Exotic"."interval" AS text), CAST("Exotic"."tsvector" AS text), CAST("Exotic"."tsquery" AS text), CAST("Exotic"."int4range" AS text), CAST("Exotic"."tstzrange" AS text), CAST("Exotic"."bit" AS text), CAST("Exotic"."varbit" AS text), CAST("Exotic"."money" AS numeric), CAST("Exotic"."point" AS text), CAST("Exotic"."xml" AS text), CAST("Exotic"."address" AS text), CAST(CAST("Exotic"."inets" AS text) AS text[]), abbrev("Exotic"."required") FROM "public"."Exotic" WHERE "Exotic"."inet" = $1 ORDER BY "Exotic"."id" ASC LIMIT 21
--   $1 = '10.0.0.1'

-- GET /api/v1/exotics?tsvector=fts.word
-- → 200
SELECT "Exotic"."id", abbrev("Exotic"."inet"), CAST("Exotic"."cidr" AS text), CAST("Exotic"."macaddr" AS text), CAST("Exotic"."interval" AS text), CAST("Exotic"."tsvector" AS text), CAST("Exotic"."tsquery" AS text), CAST("Exotic"."int4range" AS text), CAST("Exotic"."tstzrange" AS text), CAST("Exotic"."bit" AS text), CAST("Exotic"."varbit" AS text), CAST("Exotic"."money" AS numeric), CAST("Exotic"."point" AS text), CAST("Exotic"."xml" AS text), CAST("Exotic"."address" AS text), CAST(CAST("Exotic"."inets" AS text) AS text[]), abbrev("Exotic"."required") FROM "public"."Exotic" WHERE "Exotic"."tsvector" @@ to_tsquery($1) ORDER BY "Exotic"."id" ASC LIMIT 21
--   $1 = 'word'

-- GET /api/v1/exotics?money=gt.10
-- → 200
SELECT "Exotic"."id", abbrev("Exotic"."inet"), CAST("Exotic"."cidr" AS text), CAST("Exotic"."macaddr" AS text), CAST("Exotic"."interval" AS text), CAST("Exotic"."tsvector" AS text), CAST("Exotic"."tsquery" AS text), CAST("Exotic"."int4range" AS text), CAST("Exotic"."tstzrange" AS text), CAST("Exotic"."bit" AS text), CAST("Exotic"."varbit" AS text), CAST("Exotic"."money" AS numeric), CAST("Exotic"."point" AS text), CAST("Exotic"."xml" AS text), CAST("Exotic"."address" AS text), CAST(CAST("Exotic"."inets" AS text) AS text[]), abbrev("Exotic"."required") FROM "public"."Exotic" WHERE CAST("Exotic"."money" AS numeric) > $1 ORDER BY "Exotic"."id" ASC LIMIT 21
--   $1 = '10'

---- Rows of these types

-- GET /api/v1/arrays?limit=1
-- → 200
SELECT "Arrays"."id", "Arrays"."texts", "Arrays"."varchars", "Arrays"."ints", "Arrays"."smallints", "Arrays"."bigints", "Arrays"."floats", "Arrays"."decimals", "Arrays"."numerics", "Arrays"."bools", "Arrays"."uuids", "Arrays"."dates", "Arrays"."times", "Arrays"."timestamps", "Arrays"."timestamptzs", "Arrays"."bytes", CAST("Arrays"."colors" AS text[]), CAST("Arrays"."progresses" AS text[]), CAST("Arrays"."words" AS text[]) FROM "public"."Arrays" WHERE TRUE ORDER BY "Arrays"."id" ASC LIMIT 2

-- GET /api/v1/exotics?limit=1
-- → 200
SELECT "Exotic"."id", abbrev("Exotic"."inet"), CAST("Exotic"."cidr" AS text), CAST("Exotic"."macaddr" AS text), CAST("Exotic"."interval" AS text), CAST("Exotic"."tsvector" AS text), CAST("Exotic"."tsquery" AS text), CAST("Exotic"."int4range" AS text), CAST("Exotic"."tstzrange" AS text), CAST("Exotic"."bit" AS text), CAST("Exotic"."varbit" AS text), CAST("Exotic"."money" AS numeric), CAST("Exotic"."point" AS text), CAST("Exotic"."xml" AS text), CAST("Exotic"."address" AS text), CAST(CAST("Exotic"."inets" AS text) AS text[]), abbrev("Exotic"."required") FROM "public"."Exotic" WHERE TRUE ORDER BY "Exotic"."id" ASC LIMIT 2

-- GET /api/v1/numbers?limit=1
-- → 200
SELECT "Numbers"."id", "Numbers"."int2", "Numbers"."int4", "Numbers"."int8", "Numbers"."float4", "Numbers"."float8", "Numbers"."decimal", "Numbers"."numeric", "Numbers"."money_like", "Numbers"."whole", "Numbers"."bool", "Numbers"."oid" FROM "public"."Numbers" WHERE TRUE ORDER BY "Numbers"."id" ASC LIMIT 2

-- GET /api/v1/moments?limit=1
-- → 200
SELECT "Moments"."id", "Moments"."timestamp", "Moments"."timestamp_0", "Moments"."timestamp_3", "Moments"."timestamptz", "Moments"."timestamptz_6", "Moments"."date", "Moments"."time", "Moments"."time_3", CAST("Moments"."timetz" AS text), CAST("Moments"."interval" AS text) FROM "public"."Moments" WHERE TRUE ORDER BY "Moments"."id" ASC LIMIT 2

-- GET /api/v1/texts?limit=1
-- → 200
SELECT "Texts"."id", "Texts"."text", "Texts"."varchar", "Texts"."varchar_5", "Texts"."char", CAST("Texts"."internal_char" AS text), "Texts"."name", CAST("Texts"."email" AS text), CAST("Texts"."progress" AS text), CAST("Texts"."color" AS text), CAST("Texts"."warm" AS text), "Texts"."share" FROM "public"."Texts" WHERE TRUE ORDER BY "Texts"."id" ASC LIMIT 2

-- GET /api/v1/documents?limit=1
-- → 200
SELECT "Documents"."id", "Documents"."json", "Documents"."jsonb", "Documents"."optional", "Documents"."jsonb_list", "Documents"."bytes", "Documents"."optional_bytes" FROM "public"."Documents" WHERE TRUE ORDER BY "Documents"."id" ASC LIMIT 2

---- Names that need quotes

-- GET /api/v1/matches?type=eq.1&select=self,crate,Self
-- → 200
SELECT "match"."self", "match"."crate", "match"."Self", "match"."id" FROM "public"."match" WHERE "match"."type" = $1 ORDER BY "match"."id" ASC LIMIT 21
--   $1 = '1'

-- GET /api/v1/selects?from=eq.a&order=where.desc
-- → 200
SELECT "select"."id", "select"."from", "select"."where" FROM "public"."select" WHERE "select"."from" = $1 ORDER BY "select"."where" DESC, "select"."id" ASC LIMIT 21
--   $1 = 'a'

---- Writes of these types

-- POST /api/v1/documents {"id": "01234567-89ab-4def-8123-456789abcdef", "json": {"a": 1}, "jsonb": [1, "x"], "optional": null, "bytes": "AAEC"}
-- → 201
INSERT INTO "public"."Documents" ("id", "json", "jsonb", "optional", "bytes") VALUES ($1, $2, $3, $4, $5) RETURNING "Documents"."id", "Documents"."json", "Documents"."jsonb", "Documents"."optional", "Documents"."jsonb_list", "Documents"."bytes", "Documents"."optional_bytes"
--   $1 = '01234567-89ab-4def-8123-456789abcdef'
--   $2 = '{"a": 1}'
--   $3 = '[1, "x"]'
--   $4 = NULL
--   $5 = '\x000102'

-- POST /api/v1/documents {"id": "11234567-89ab-4def-8123-456789abcdef", "jsonb": [1, "x"], "bytes": "AAEC"}
-- → 422

-- POST /api/v1/arrays [{"texts": ["a", "b\"c"], "ints": [1, 2], "colors": ["RED"]}, {"texts": [], "dates": ["2001-02-03"]}]
-- → 201
BEGIN ISOLATION LEVEL READ COMMITTED
INSERT INTO "public"."Arrays" ("texts", "ints", "dates", "colors") VALUES ($1, $2, DEFAULT, $3), ($4, DEFAULT, $5, DEFAULT) RETURNING "Arrays"."id", "Arrays"."texts", "Arrays"."varchars", "Arrays"."ints", "Arrays"."smallints", "Arrays"."bigints", "Arrays"."floats", "Arrays"."decimals", "Arrays"."numerics", "Arrays"."bools", "Arrays"."uuids", "Arrays"."dates", "Arrays"."times", "Arrays"."timestamps", "Arrays"."timestamptzs", "Arrays"."bytes", CAST("Arrays"."colors" AS text[]), CAST("Arrays"."progresses" AS text[]), CAST("Arrays"."words" AS text[])
--   $1 = '{"a","b\"c"}'
--   $2 = '{"1","2"}'
--   $3 = '{"RED"}'
--   $4 = '{}'
--   $5 = '{"2001-02-03"}'
COMMIT

-- POST /api/v1/exotics {"inet": "10.0.0.1", "int4range": "[1,5)", "interval": "1 day"}
-- → 201
INSERT INTO "public"."Exotic" ("inet", "interval", "int4range") VALUES ($1, $2, $3) RETURNING "Exotic"."id", abbrev("Exotic"."inet"), CAST("Exotic"."cidr" AS text), CAST("Exotic"."macaddr" AS text), CAST("Exotic"."interval" AS text), CAST("Exotic"."tsvector" AS text), CAST("Exotic"."tsquery" AS text), CAST("Exotic"."int4range" AS text), CAST("Exotic"."tstzrange" AS text), CAST("Exotic"."bit" AS text), CAST("Exotic"."varbit" AS text), CAST("Exotic"."money" AS numeric), CAST("Exotic"."point" AS text), CAST("Exotic"."xml" AS text), CAST("Exotic"."address" AS text), CAST(CAST("Exotic"."inets" AS text) AS text[]), abbrev("Exotic"."required")
--   $1 = '10.0.0.1'
--   $2 = '1 day'
--   $3 = '[1,5)'
