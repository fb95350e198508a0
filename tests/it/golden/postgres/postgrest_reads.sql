-- The statements of requests/postgrest_reads.http; `UPDATE_GOLDEN=1 cargo test --test it golden` writes them.

---- Rows

-- GET /rest/v1/Post
-- → 200
SELECT row_to_json(_row.*)::text, NULL::text FROM (SELECT "Post"."id" AS "id", "Post"."title" AS "title", "Post"."words" AS "words", "Post"."authorId" AS "authorId", "Post"."version" AS "version" FROM "public"."Post" AS "Post") AS _row

-- GET /rest/v1/Post?select=id,title&limit=2&offset=1&order=words.desc.nullslast,id
-- → 200
SELECT coalesce(json_agg(_row.*), '[]')::text, count(*)::text, NULL::text FROM (SELECT "Post"."id" AS "id", "Post"."title" AS "title" FROM "public"."Post" AS "Post" ORDER BY "Post"."words" DESC NULLS LAST, "Post"."id" ASC LIMIT 2 OFFSET $1) AS _row
--   $1 = '1'

-- GET /rest/v1/Post?select=n:id,words::text
-- → 200
SELECT row_to_json(_row.*)::text, NULL::text FROM (SELECT "Post"."id" AS "n", CAST("Post"."words" AS text) AS "words" FROM "public"."Post" AS "Post") AS _row

-- GET /rest/v1/Post?select=* | Range: 0-1
-- → 200
SELECT coalesce(json_agg(_row.*), '[]')::text, count(*)::text, NULL::text FROM (SELECT "Post"."id" AS "id", "Post"."title" AS "title", "Post"."words" AS "words", "Post"."authorId" AS "authorId", "Post"."version" AS "version" FROM "public"."Post" AS "Post" LIMIT 2) AS _row

-- HEAD /rest/v1/Post
-- → 200
SELECT '', count(*)::text, NULL::text FROM (SELECT "Post"."id" AS "id", "Post"."title" AS "title", "Post"."words" AS "words", "Post"."authorId" AS "authorId", "Post"."version" AS "version" FROM "public"."Post" AS "Post") AS _row

---- Filters

-- GET /rest/v1/Post?words=eq.20
-- → 200
SELECT row_to_json(_row.*)::text, NULL::text FROM (SELECT "Post"."id" AS "id", "Post"."title" AS "title", "Post"."words" AS "words", "Post"."authorId" AS "authorId", "Post"."version" AS "version" FROM "public"."Post" AS "Post" WHERE "Post"."words" = $1) AS _row
--   $1 = '20'

-- GET /rest/v1/Post?words=not.gt.20&title=like.T*
-- → 200
SELECT row_to_json(_row.*)::text, NULL::text FROM (SELECT "Post"."id" AS "id", "Post"."title" AS "title", "Post"."words" AS "words", "Post"."authorId" AS "authorId", "Post"."version" AS "version" FROM "public"."Post" AS "Post" WHERE NOT "Post"."words" > $1 AND "Post"."title" LIKE $2) AS _row
--   $1 = '20'
--   $2 = 'T%'

-- GET /rest/v1/Post?words=in.(20,300)
-- → 200
SELECT row_to_json(_row.*)::text, NULL::text FROM (SELECT "Post"."id" AS "id", "Post"."title" AS "title", "Post"."words" AS "words", "Post"."authorId" AS "authorId", "Post"."version" AS "version" FROM "public"."Post" AS "Post" WHERE "Post"."words" = ANY ($1)) AS _row
--   $1 = '{"20","300"}'

-- GET /rest/v1/Post?authorId=is.null
-- → 200
SELECT row_to_json(_row.*)::text, NULL::text FROM (SELECT "Post"."id" AS "id", "Post"."title" AS "title", "Post"."words" AS "words", "Post"."authorId" AS "authorId", "Post"."version" AS "version" FROM "public"."Post" AS "Post" WHERE "Post"."authorId" IS NULL) AS _row

-- GET /rest/v1/Author?name=isdistinct.Ada
-- → 200
SELECT row_to_json(_row.*)::text, NULL::text FROM (SELECT "Author"."id" AS "id", "Author"."email" AS "email", "Author"."name" AS "name", "Author"."role" AS "role", "Author"."score" AS "score", "Author"."preferences" AS "preferences", "Author"."settings" AS "settings", "Author"."managerId" AS "managerId", "Author"."createdAt" AS "createdAt", "Author"."updatedAt" AS "updatedAt" FROM "public"."Author" AS "Author" WHERE "Author"."name" IS DISTINCT FROM $1) AS _row
--   $1 = 'Ada'

-- GET /rest/v1/Post?title=ilike.*o*
-- → 200
SELECT row_to_json(_row.*)::text, NULL::text FROM (SELECT "Post"."id" AS "id", "Post"."title" AS "title", "Post"."words" AS "words", "Post"."authorId" AS "authorId", "Post"."version" AS "version" FROM "public"."Post" AS "Post" WHERE "Post"."title" ILIKE $1) AS _row
--   $1 = '%o%'

-- GET /rest/v1/Post?title=like(any).{T*,O*}
-- → 200
SELECT row_to_json(_row.*)::text, NULL::text FROM (SELECT "Post"."id" AS "id", "Post"."title" AS "title", "Post"."words" AS "words", "Post"."authorId" AS "authorId", "Post"."version" AS "version" FROM "public"."Post" AS "Post" WHERE "Post"."title" LIKE ANY ($1)) AS _row
--   $1 = '{"T%","O%"}'

-- GET /rest/v1/Post?words=gt(all).{20,30}
-- → 200
SELECT row_to_json(_row.*)::text, NULL::text FROM (SELECT "Post"."id" AS "id", "Post"."title" AS "title", "Post"."words" AS "words", "Post"."authorId" AS "authorId", "Post"."version" AS "version" FROM "public"."Post" AS "Post" WHERE "Post"."words" > ALL ($1)) AS _row
--   $1 = '{"20","30"}'

-- GET /rest/v1/Post?title=match.^T
-- → 200
SELECT row_to_json(_row.*)::text, NULL::text FROM (SELECT "Post"."id" AS "id", "Post"."title" AS "title", "Post"."words" AS "words", "Post"."authorId" AS "authorId", "Post"."version" AS "version" FROM "public"."Post" AS "Post" WHERE "Post"."title" ~ $1) AS _row
--   $1 = '^T'

-- GET /rest/v1/Post?title=imatch.^t
-- → 200
SELECT row_to_json(_row.*)::text, NULL::text FROM (SELECT "Post"."id" AS "id", "Post"."title" AS "title", "Post"."words" AS "words", "Post"."authorId" AS "authorId", "Post"."version" AS "version" FROM "public"."Post" AS "Post" WHERE "Post"."title" ~* $1) AS _row
--   $1 = '^t'

-- GET /rest/v1/Post?or=(words.eq.20,and(title.like.F*,authorId.is.null))
-- → 200
SELECT row_to_json(_row.*)::text, NULL::text FROM (SELECT "Post"."id" AS "id", "Post"."title" AS "title", "Post"."words" AS "words", "Post"."authorId" AS "authorId", "Post"."version" AS "version" FROM "public"."Post" AS "Post" WHERE ("Post"."words" = $1 OR ("Post"."title" LIKE $2 AND "Post"."authorId" IS NULL))) AS _row
--   $1 = '20'
--   $2 = 'F%'

-- GET /rest/v1/Post?not.and=(words.gt.10,words.lt.200)
-- → 200
SELECT row_to_json(_row.*)::text, NULL::text FROM (SELECT "Post"."id" AS "id", "Post"."title" AS "title", "Post"."words" AS "words", "Post"."authorId" AS "authorId", "Post"."version" AS "version" FROM "public"."Post" AS "Post" WHERE NOT ("Post"."words" > $1 AND "Post"."words" < $2)) AS _row
--   $1 = '10'
--   $2 = '200'

-- GET /rest/v1/Author?createdAt=gte.2001-02-04T00:00:00
-- → 200
SELECT row_to_json(_row.*)::text, NULL::text FROM (SELECT "Author"."id" AS "id", "Author"."email" AS "email", "Author"."name" AS "name", "Author"."role" AS "role", "Author"."score" AS "score", "Author"."preferences" AS "preferences", "Author"."settings" AS "settings", "Author"."managerId" AS "managerId", "Author"."createdAt" AS "createdAt", "Author"."updatedAt" AS "updatedAt" FROM "public"."Author" AS "Author" WHERE "Author"."createdAt" >= $1) AS _row
--   $1 = '2001-02-04T00:00:00'

-- GET /rest/v1/Author?role=eq.ADMIN
-- → 200
SELECT row_to_json(_row.*)::text, NULL::text FROM (SELECT "Author"."id" AS "id", "Author"."email" AS "email", "Author"."name" AS "name", "Author"."role" AS "role", "Author"."score" AS "score", "Author"."preferences" AS "preferences", "Author"."settings" AS "settings", "Author"."managerId" AS "managerId", "Author"."createdAt" AS "createdAt", "Author"."updatedAt" AS "updatedAt" FROM "public"."Author" AS "Author" WHERE "Author"."role" = $1) AS _row
--   $1 = 'ADMIN'

---- Full text search

-- GET /rest/v1/Post?title=fts.two
-- → 200
SELECT row_to_json(_row.*)::text, NULL::text FROM (SELECT "Post"."id" AS "id", "Post"."title" AS "title", "Post"."words" AS "words", "Post"."authorId" AS "authorId", "Post"."version" AS "version" FROM "public"."Post" AS "Post" WHERE to_tsvector("Post"."title") @@ to_tsquery($1)) AS _row
--   $1 = 'two'

-- GET /rest/v1/Post?title=plfts.two%20words
-- → 200
SELECT row_to_json(_row.*)::text, NULL::text FROM (SELECT "Post"."id" AS "id", "Post"."title" AS "title", "Post"."words" AS "words", "Post"."authorId" AS "authorId", "Post"."version" AS "version" FROM "public"."Post" AS "Post" WHERE to_tsvector("Post"."title") @@ plainto_tsquery($1)) AS _row
--   $1 = 'two words'

-- GET /rest/v1/Post?title=phfts(english).two
-- → 200
SELECT row_to_json(_row.*)::text, NULL::text FROM (SELECT "Post"."id" AS "id", "Post"."title" AS "title", "Post"."words" AS "words", "Post"."authorId" AS "authorId", "Post"."version" AS "version" FROM "public"."Post" AS "Post" WHERE to_tsvector('english', "Post"."title") @@ phraseto_tsquery('english', $1)) AS _row
--   $1 = 'two'

-- GET /rest/v1/Post?title=wfts(french).two
-- → 200
SELECT row_to_json(_row.*)::text, NULL::text FROM (SELECT "Post"."id" AS "id", "Post"."title" AS "title", "Post"."words" AS "words", "Post"."authorId" AS "authorId", "Post"."version" AS "version" FROM "public"."Post" AS "Post" WHERE to_tsvector('french', "Post"."title") @@ websearch_to_tsquery('french', $1)) AS _row
--   $1 = 'two'

---- Paths into JSON

-- GET /rest/v1/Author?select=id,preferences->>theme,size:preferences->sizes->0
-- → 200
SELECT row_to_json(_row.*)::text, NULL::text FROM (SELECT "Author"."id" AS "id", "Author"."preferences"->>'theme' AS "theme", "Author"."preferences"->'sizes'->0 AS "size" FROM "public"."Author" AS "Author") AS _row

-- GET /rest/v1/Author?preferences->>theme=eq.dark
-- → 200
SELECT row_to_json(_row.*)::text, NULL::text FROM (SELECT "Author"."id" AS "id", "Author"."email" AS "email", "Author"."name" AS "name", "Author"."role" AS "role", "Author"."score" AS "score", "Author"."preferences" AS "preferences", "Author"."settings" AS "settings", "Author"."managerId" AS "managerId", "Author"."createdAt" AS "createdAt", "Author"."updatedAt" AS "updatedAt" FROM "public"."Author" AS "Author" WHERE "Author"."preferences"->>'theme' = $1) AS _row
--   $1 = 'dark'

-- GET /rest/v1/Author?preferences->sizes->>0=eq.1&order=preferences->>theme
-- → 200
SELECT row_to_json(_row.*)::text, NULL::text FROM (SELECT "Author"."id" AS "id", "Author"."email" AS "email", "Author"."name" AS "name", "Author"."role" AS "role", "Author"."score" AS "score", "Author"."preferences" AS "preferences", "Author"."settings" AS "settings", "Author"."managerId" AS "managerId", "Author"."createdAt" AS "createdAt", "Author"."updatedAt" AS "updatedAt" FROM "public"."Author" AS "Author" WHERE "Author"."preferences"->'sizes'->>0 = $1 ORDER BY "Author"."preferences"->>'theme' ASC) AS _row
--   $1 = '1'

-- GET /rest/v1/Author?preferences=cs.{"theme":"dark"}
-- → 200
SELECT row_to_json(_row.*)::text, NULL::text FROM (SELECT "Author"."id" AS "id", "Author"."email" AS "email", "Author"."name" AS "name", "Author"."role" AS "role", "Author"."score" AS "score", "Author"."preferences" AS "preferences", "Author"."settings" AS "settings", "Author"."managerId" AS "managerId", "Author"."createdAt" AS "createdAt", "Author"."updatedAt" AS "updatedAt" FROM "public"."Author" AS "Author" WHERE "Author"."preferences" @> $1) AS _row
--   $1 = '{"theme":"dark"}'

---- Totals

-- GET /rest/v1/Post?limit=1 | Prefer: count=exact
-- → 206
SELECT coalesce(json_agg(_row.*), '[]')::text, count(*)::text, (SELECT count(*)::text FROM (SELECT 1 FROM "public"."Post" AS "Post") AS _counted) FROM (SELECT "Post"."id" AS "id", "Post"."title" AS "title", "Post"."words" AS "words", "Post"."authorId" AS "authorId", "Post"."version" AS "version" FROM "public"."Post" AS "Post" LIMIT 1) AS _row

-- GET /rest/v1/Post?limit=1 | Prefer: count=planned
-- → 206
SELECT coalesce(json_agg(_row.*), '[]')::text, count(*)::text, NULL::text FROM (SELECT "Post"."id" AS "id", "Post"."title" AS "title", "Post"."words" AS "words", "Post"."authorId" AS "authorId", "Post"."version" AS "version" FROM "public"."Post" AS "Post" LIMIT 1) AS _row
EXPLAIN (FORMAT JSON) SELECT 1 FROM "public"."Post" AS "Post"

-- GET /rest/v1/Post?limit=1&words=gt.10 | Prefer: count=estimated
-- → 206
SELECT coalesce(json_agg(_row.*), '[]')::text, count(*)::text, (SELECT count(*)::text FROM (SELECT 1 FROM "public"."Post" AS "Post" WHERE "Post"."words" > $1) AS _counted) FROM (SELECT "Post"."id" AS "id", "Post"."title" AS "title", "Post"."words" AS "words", "Post"."authorId" AS "authorId", "Post"."version" AS "version" FROM "public"."Post" AS "Post" WHERE "Post"."words" > $2 LIMIT 1) AS _row
--   $1 = '10'
--   $2 = '10'
EXPLAIN (FORMAT JSON) SELECT 1 FROM "public"."Post" AS "Post" WHERE "Post"."words" > $1
--   $1 = '10'

---- Media types

-- GET /rest/v1/Post?id=eq.1 | Accept: application/vnd.pgrst.object+json
-- → 200
SELECT (json_agg(_row.*)->0)::text, count(*)::text, NULL::text FROM (SELECT "Post"."id" AS "id", "Post"."title" AS "title", "Post"."words" AS "words", "Post"."authorId" AS "authorId", "Post"."version" AS "version" FROM "public"."Post" AS "Post" WHERE "Post"."id" = $1) AS _row
--   $1 = '1'

-- GET /rest/v1/Post?select=id,title | Accept: text/csv
-- → 200
SELECT ROW(_row.*)::text, NULL::text FROM (SELECT "Post"."id" AS "id", "Post"."title" AS "title" FROM "public"."Post" AS "Post") AS _row

-- GET /rest/v1/Post?select=id,title | Accept: application/vnd.pgrst.array+json;nulls=stripped
-- → 200
SELECT json_strip_nulls(row_to_json(_row.*))::text, NULL::text FROM (SELECT "Post"."id" AS "id", "Post"."title" AS "title" FROM "public"."Post" AS "Post") AS _row

---- Aggregates

-- GET /rest/v1/Post?select=count()
-- → 200
SELECT row_to_json(_row.*)::text, NULL::text FROM (SELECT count(*) AS "count" FROM "public"."Post" AS "Post") AS _row

-- GET /rest/v1/Post?select=authorId,words.sum(),n:words.avg()::text
-- → 200
SELECT row_to_json(_row.*)::text, NULL::text FROM (SELECT "Post"."authorId" AS "authorId", sum("Post"."words") AS "sum", CAST(avg("Post"."words") AS text) AS "n" FROM "public"."Post" AS "Post" GROUP BY "Post"."authorId") AS _row

-- GET /rest/v1/Post?select=words.min(),words.max()&words=gt.10
-- → 200
SELECT row_to_json(_row.*)::text, NULL::text FROM (SELECT min("Post"."words") AS "min", max("Post"."words") AS "max" FROM "public"."Post" AS "Post" WHERE "Post"."words" > $1) AS _row
--   $1 = '10'

---- Functions

-- POST /rest/v1/rpc/nothing {}
-- → 404
