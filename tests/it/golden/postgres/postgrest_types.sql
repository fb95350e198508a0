-- The statements of requests/postgrest_types.http; `UPDATE_GOLDEN=1 cargo test --test it golden` writes them.

-- GET /rest/v1/Numbers?int8=eq.9007199254740993&decimal=gt.0.1
-- → 200
SELECT row_to_json(_row.*)::text, NULL::text FROM (SELECT "Numbers"."id" AS "id", "Numbers"."int2" AS "int2", "Numbers"."int4" AS "int4", "Numbers"."int8" AS "int8", "Numbers"."float4" AS "float4", "Numbers"."float8" AS "float8", "Numbers"."decimal" AS "decimal", "Numbers"."numeric" AS "numeric", "Numbers"."money_like" AS "money_like", "Numbers"."whole" AS "whole", "Numbers"."bool" AS "bool", "Numbers"."oid" AS "oid" FROM "public"."Numbers" AS "Numbers" WHERE "Numbers"."int8" = $1 AND "Numbers"."decimal" > $2) AS _row
--   $1 = '9007199254740993'
--   $2 = '0.1'

-- GET /rest/v1/Numbers?bool=is.true&order=decimal.desc
-- → 200
SELECT row_to_json(_row.*)::text, NULL::text FROM (SELECT "Numbers"."id" AS "id", "Numbers"."int2" AS "int2", "Numbers"."int4" AS "int4", "Numbers"."int8" AS "int8", "Numbers"."float4" AS "float4", "Numbers"."float8" AS "float8", "Numbers"."decimal" AS "decimal", "Numbers"."numeric" AS "numeric", "Numbers"."money_like" AS "money_like", "Numbers"."whole" AS "whole", "Numbers"."bool" AS "bool", "Numbers"."oid" AS "oid" FROM "public"."Numbers" AS "Numbers" WHERE "Numbers"."bool" IS TRUE ORDER BY "Numbers"."decimal" DESC) AS _row

-- GET /rest/v1/Moments?limit=1
-- → 200
SELECT coalesce(json_agg(_row.*), '[]')::text, count(*)::text, NULL::text FROM (SELECT "Moments"."id" AS "id", "Moments"."timestamp" AS "timestamp", "Moments"."timestamp_0" AS "timestamp_0", "Moments"."timestamp_3" AS "timestamp_3", "Moments"."timestamptz" AS "timestamptz", "Moments"."timestamptz_6" AS "timestamptz_6", "Moments"."date" AS "date", "Moments"."time" AS "time", "Moments"."time_3" AS "time_3", "Moments"."timetz" AS "timetz", "Moments"."interval" AS "interval" FROM "public"."Moments" AS "Moments" LIMIT 1) AS _row

-- GET /rest/v1/Texts?progress=eq.in%20progress&select=id,progress,share
-- → 200
SELECT row_to_json(_row.*)::text, NULL::text FROM (SELECT "Texts"."id" AS "id", "Texts"."progress" AS "progress", "Texts"."share" AS "share" FROM "public"."Texts" AS "Texts" WHERE "Texts"."progress" = $1) AS _row
--   $1 = 'in progress'

-- GET /rest/v1/Documents?jsonb->a->0=eq.1&select=id,jsonb->b
-- → 200
SELECT row_to_json(_row.*)::text, NULL::text FROM (SELECT "Documents"."id" AS "id", "Documents"."jsonb"->'b' AS "b" FROM "public"."Documents" AS "Documents" WHERE "Documents"."jsonb"->'a'->0 = $1) AS _row
--   $1 = '1'

-- GET /rest/v1/Arrays?texts=cs.{a,"b%20c"}&ints=cd.{1,2}
-- → 200
SELECT row_to_json(_row.*)::text, NULL::text FROM (SELECT "Arrays"."id" AS "id", "Arrays"."texts" AS "texts", "Arrays"."varchars" AS "varchars", "Arrays"."ints" AS "ints", "Arrays"."smallints" AS "smallints", "Arrays"."bigints" AS "bigints", "Arrays"."floats" AS "floats", "Arrays"."decimals" AS "decimals", "Arrays"."numerics" AS "numerics", "Arrays"."bools" AS "bools", "Arrays"."uuids" AS "uuids", "Arrays"."dates" AS "dates", "Arrays"."times" AS "times", "Arrays"."timestamps" AS "timestamps", "Arrays"."timestamptzs" AS "timestamptzs", "Arrays"."bytes" AS "bytes", "Arrays"."colors" AS "colors", "Arrays"."progresses" AS "progresses", "Arrays"."words" AS "words" FROM "public"."Arrays" AS "Arrays" WHERE "Arrays"."texts" @> $1 AND "Arrays"."ints" <@ $2) AS _row
--   $1 = '{a,"b c"}'
--   $2 = '{1,2}'

-- GET /rest/v1/Arrays?colors=ov.{RED}
-- → 200
SELECT row_to_json(_row.*)::text, NULL::text FROM (SELECT "Arrays"."id" AS "id", "Arrays"."texts" AS "texts", "Arrays"."varchars" AS "varchars", "Arrays"."ints" AS "ints", "Arrays"."smallints" AS "smallints", "Arrays"."bigints" AS "bigints", "Arrays"."floats" AS "floats", "Arrays"."decimals" AS "decimals", "Arrays"."numerics" AS "numerics", "Arrays"."bools" AS "bools", "Arrays"."uuids" AS "uuids", "Arrays"."dates" AS "dates", "Arrays"."times" AS "times", "Arrays"."timestamps" AS "timestamps", "Arrays"."timestamptzs" AS "timestamptzs", "Arrays"."bytes" AS "bytes", "Arrays"."colors" AS "colors", "Arrays"."progresses" AS "progresses", "Arrays"."words" AS "words" FROM "public"."Arrays" AS "Arrays" WHERE "Arrays"."colors" && $1) AS _row
--   $1 = '{RED}'

-- GET /rest/v1/Exotic?int4range=sl.[10,20)&select=id,int4range
-- → 200
BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY; SELECT set_config('search_path', '"public", "public"', true)
SELECT row_to_json(_row.*)::text, NULL::text FROM (SELECT "Exotic"."id" AS "id", "Exotic"."int4range" AS "int4range" FROM "public"."Exotic" AS "Exotic" WHERE "Exotic"."int4range" << $1) AS _row
--   $1 = '[10,20)'
COMMIT

-- GET /rest/v1/Exotic?int4range=adj.[10,20)&int4range=nxr.[1,2)&int4range=nxl.[1,2)&int4range=sr.[1,2)
-- → 200
BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY; SELECT set_config('search_path', '"public", "public"', true)
SELECT row_to_json(_row.*)::text, NULL::text FROM (SELECT "Exotic"."id" AS "id", "Exotic"."inet" AS "inet", "Exotic"."cidr" AS "cidr", "Exotic"."macaddr" AS "macaddr", "Exotic"."interval" AS "interval", "Exotic"."tsvector" AS "tsvector", "Exotic"."tsquery" AS "tsquery", "Exotic"."int4range" AS "int4range", "Exotic"."tstzrange" AS "tstzrange", "Exotic"."bit" AS "bit", "Exotic"."varbit" AS "varbit", "Exotic"."money" AS "money", "Exotic"."point" AS "point", "Exotic"."xml" AS "xml", "Exotic"."address" AS "address", "Exotic"."inets" AS "inets", "Exotic"."required" AS "required" FROM "public"."Exotic" AS "Exotic" WHERE "Exotic"."int4range" -|- $1 AND "Exotic"."int4range" &< $2 AND "Exotic"."int4range" &> $3 AND "Exotic"."int4range" >> $4) AS _row
--   $1 = '[10,20)'
--   $2 = '[1,2)'
--   $3 = '[1,2)'
--   $4 = '[1,2)'
COMMIT

-- GET /rest/v1/Exotic?tsvector=fts.word
-- → 200
BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY; SELECT set_config('search_path', '"public", "public"', true)
SELECT row_to_json(_row.*)::text, NULL::text FROM (SELECT "Exotic"."id" AS "id", "Exotic"."inet" AS "inet", "Exotic"."cidr" AS "cidr", "Exotic"."macaddr" AS "macaddr", "Exotic"."interval" AS "interval", "Exotic"."tsvector" AS "tsvector", "Exotic"."tsquery" AS "tsquery", "Exotic"."int4range" AS "int4range", "Exotic"."tstzrange" AS "tstzrange", "Exotic"."bit" AS "bit", "Exotic"."varbit" AS "varbit", "Exotic"."money" AS "money", "Exotic"."point" AS "point", "Exotic"."xml" AS "xml", "Exotic"."address" AS "address", "Exotic"."inets" AS "inets", "Exotic"."required" AS "required" FROM "public"."Exotic" AS "Exotic" WHERE "Exotic"."tsvector" @@ to_tsquery($1)) AS _row
--   $1 = 'word'
COMMIT

-- GET /rest/v1/Gr%C3%B6%C3%9Fen%20%26%20Ma%C3%9Fe?select="a.b","a,b",2fa
-- → 200
SELECT row_to_json(_row.*)::text, NULL::text FROM (SELECT "Größen & Maße"."a.b" AS "a.b", "Größen & Maße"."a,b" AS "a,b", "Größen & Maße"."2fa" AS "2fa" FROM "public"."Größen & Maße" AS "Größen & Maße") AS _row

-- GET /rest/v1/select?from=eq.a&order=where.desc
-- → 200
SELECT row_to_json(_row.*)::text, NULL::text FROM (SELECT "select"."id" AS "id", "select"."from" AS "from", "select"."where" AS "where" FROM "public"."select" AS "select" WHERE "select"."from" = $1 ORDER BY "select"."where" DESC) AS _row
--   $1 = 'a'

-- POST /rest/v1/Documents {"id": "01234567-89ab-4def-8123-456789abcdef", "json": {"a": 1}, "jsonb": [1, "x"], "bytes": "AAEC"} | Prefer: return=representation
-- → 201
BEGIN ISOLATION LEVEL READ COMMITTED; SELECT set_config('search_path', '"public", "public"', true)
WITH refract_written AS (INSERT INTO "public"."Documents" AS "Documents" ("bytes", "id", "json", "jsonb") SELECT _row."bytes", _row."id", _row."json", _row."jsonb" FROM json_array_elements($1::json) WITH ORDINALITY AS _given(value, place) CROSS JOIN LATERAL json_populate_record(NULL::"public"."Documents", _given.value) AS _row ORDER BY _given.place RETURNING "Documents"."id", "Documents"."json", "Documents"."jsonb", "Documents"."optional", "Documents"."jsonb_list", "Documents"."bytes", "Documents"."optional_bytes") SELECT coalesce(json_agg(_row.*), '[]')::text, (SELECT count(*)::text FROM refract_written), (SELECT count(*)::text FROM refract_written) FROM (SELECT "Documents"."id" AS "id", "Documents"."json" AS "json", "Documents"."jsonb" AS "jsonb", "Documents"."optional" AS "optional", "Documents"."jsonb_list" AS "jsonb_list", "Documents"."bytes" AS "bytes", "Documents"."optional_bytes" AS "optional_bytes" FROM refract_written AS "Documents") AS _row
--   $1 = '[{"bytes":"AAEC","id":"01234567-89ab-4def-8123-456789abcdef","json":{"a": 1},"jsonb":[1, "x"]}]'
COMMIT

-- POST /rest/v1/Arrays [{"texts": ["a"], "ints": [1, 2]}, {"texts": [], "ints": null}] | Prefer: return=representation
-- → 201
BEGIN ISOLATION LEVEL READ COMMITTED; SELECT set_config('search_path', '"public", "public"', true)
WITH refract_written AS (INSERT INTO "public"."Arrays" AS "Arrays" ("ints", "texts") SELECT _row."ints", _row."texts" FROM json_array_elements($1::json) WITH ORDINALITY AS _given(value, place) CROSS JOIN LATERAL json_populate_record(NULL::"public"."Arrays", _given.value) AS _row ORDER BY _given.place RETURNING "Arrays"."id", "Arrays"."texts", "Arrays"."varchars", "Arrays"."ints", "Arrays"."smallints", "Arrays"."bigints", "Arrays"."floats", "Arrays"."decimals", "Arrays"."numerics", "Arrays"."bools", "Arrays"."uuids", "Arrays"."dates", "Arrays"."times", "Arrays"."timestamps", "Arrays"."timestamptzs", "Arrays"."bytes", "Arrays"."colors", "Arrays"."progresses", "Arrays"."words") SELECT coalesce(json_agg(_row.*), '[]')::text, (SELECT count(*)::text FROM refract_written), (SELECT count(*)::text FROM refract_written) FROM (SELECT "Arrays"."id" AS "id", "Arrays"."texts" AS "texts", "Arrays"."varchars" AS "varchars", "Arrays"."ints" AS "ints", "Arrays"."smallints" AS "smallints", "Arrays"."bigints" AS "bigints", "Arrays"."floats" AS "floats", "Arrays"."decimals" AS "decimals", "Arrays"."numerics" AS "numerics", "Arrays"."bools" AS "bools", "Arrays"."uuids" AS "uuids", "Arrays"."dates" AS "dates", "Arrays"."times" AS "times", "Arrays"."timestamps" AS "timestamps", "Arrays"."timestamptzs" AS "timestamptzs", "Arrays"."bytes" AS "bytes", "Arrays"."colors" AS "colors", "Arrays"."progresses" AS "progresses", "Arrays"."words" AS "words" FROM refract_written AS "Arrays") AS _row
--   $1 = '[{"ints":[1, 2],"texts":["a"]},{"ints":null,"texts":[]}]'
COMMIT
