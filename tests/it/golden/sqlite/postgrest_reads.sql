-- The statements of requests/postgrest_reads.http; `UPDATE_GOLDEN=1 cargo test --test it golden` writes them.

---- Rows

-- GET /rest/v1/Post
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" AS "Post" WHERE TRUE

-- GET /rest/v1/Post?select=id,title&limit=2&offset=1&order=words.desc.nullslast,id
-- → 200
SELECT (SELECT COUNT(*) FROM "Post" AS "Post_1" WHERE TRUE), json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Post"."id"), quote("Post"."title")) AS "row" FROM "Post" AS "Post" WHERE TRUE ORDER BY "Post"."words" DESC NULLS LAST, "Post"."id" ASC LIMIT 2 OFFSET ?) AS "rows"))
--   $1 = 1

-- GET /rest/v1/Post?select=n:id,words::text
-- → 200
SELECT "Post"."id", CAST("Post"."words" AS text) FROM "Post" AS "Post" WHERE TRUE

-- GET /rest/v1/Post?select=* | Range: 0-1
-- → 200
SELECT (SELECT COUNT(*) FROM "Post" AS "Post_1" WHERE TRUE), json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Post"."id"), quote("Post"."title"), quote("Post"."words"), quote("Post"."authorId"), quote("Post"."version")) AS "row" FROM "Post" AS "Post" WHERE TRUE LIMIT 2) AS "rows"))

-- HEAD /rest/v1/Post
-- → 200
SELECT (SELECT COUNT(*) FROM "Post" AS "Post_1" WHERE TRUE), json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Post"."id"), quote("Post"."title"), quote("Post"."words"), quote("Post"."authorId"), quote("Post"."version")) AS "row" FROM "Post" AS "Post" WHERE TRUE) AS "rows"))

---- Filters

-- GET /rest/v1/Post?words=eq.20
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" AS "Post" WHERE "Post"."words" = ?
--   $1 = 20

-- GET /rest/v1/Post?words=not.gt.20&title=like.T*
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" AS "Post" WHERE (NOT "Post"."words" > ?) AND "Post"."title" LIKE ? ESCAPE '\'
--   $1 = 20
--   $2 = 'T%'

-- GET /rest/v1/Post?words=in.(20,300)
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" AS "Post" WHERE "Post"."words" IN (?, ?)
--   $1 = 20
--   $2 = 300

-- GET /rest/v1/Post?authorId=is.null
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" AS "Post" WHERE "Post"."authorId" IS NULL

-- GET /rest/v1/Author?name=isdistinct.Ada
-- → 200
SELECT "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "Author" AS "Author" WHERE "Author"."name" IS DISTINCT FROM ?
--   $1 = 'Ada'

-- GET /rest/v1/Post?title=ilike.*o*
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" AS "Post" WHERE LOWER("Post"."title") LIKE ? ESCAPE '\'
--   $1 = '%o%'

-- GET /rest/v1/Post?title=like(any).{T*,O*}
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" AS "Post" WHERE "Post"."title" LIKE ? ESCAPE '\' OR "Post"."title" LIKE ? ESCAPE '\'
--   $1 = 'T%'
--   $2 = 'O%'

-- GET /rest/v1/Post?words=gt(all).{20,30}
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" AS "Post" WHERE "Post"."words" > ? AND "Post"."words" > ?
--   $1 = 20
--   $2 = 30

-- GET /rest/v1/Post?title=match.^T
-- → 501

-- GET /rest/v1/Post?title=imatch.^t
-- → 501

-- GET /rest/v1/Post?or=(words.eq.20,and(title.like.F*,authorId.is.null))
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" AS "Post" WHERE "Post"."words" = ? OR ("Post"."title" LIKE ? ESCAPE '\' AND "Post"."authorId" IS NULL)
--   $1 = 20
--   $2 = 'F%'

-- GET /rest/v1/Post?not.and=(words.gt.10,words.lt.200)
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" AS "Post" WHERE NOT ("Post"."words" > ? AND "Post"."words" < ?)
--   $1 = 10
--   $2 = 200

-- GET /rest/v1/Author?createdAt=gte.2001-02-04T00:00:00
-- → 200
SELECT "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "Author" AS "Author" WHERE (CAST("Author"."createdAt" AS TEXT) COLLATE "refract_moment") >= ? AND ((("Author"."createdAt" >= ? AND "Author"."createdAt" < '') OR "Author"."createdAt" >= ? OR ("Author"."createdAt" >= '' AND "Author"."createdAt" < '/')))
--   $1 = '2001-02-04T00:00:00.000+00:00'
--   $2 = 981244800000
--   $3 = '2001-02-03'

-- GET /rest/v1/Author?role=eq.ADMIN
-- → 200
SELECT "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "Author" AS "Author" WHERE "Author"."role" = ?
--   $1 = 'ADMIN'

---- Full text search

-- GET /rest/v1/Post?title=fts.two
-- → 501

-- GET /rest/v1/Post?title=plfts.two%20words
-- → 501

-- GET /rest/v1/Post?title=phfts(english).two
-- → 501

-- GET /rest/v1/Post?title=wfts(french).two
-- → 501

---- Paths into JSON

-- GET /rest/v1/Author?select=id,preferences->>theme,size:preferences->sizes->0
-- → 200
SELECT "Author"."id", (CASE WHEN (json_valid("Author"."preferences")) THEN (CASE WHEN (json_type("Author"."preferences", '$."theme"') = 'true') THEN 'true' WHEN (json_type("Author"."preferences", '$."theme"') = 'false') THEN 'false' ELSE CAST(("Author"."preferences" ->> ('$."theme"')) AS text) END) END), (CASE WHEN (json_valid("Author"."preferences")) THEN "Author"."preferences" -> ('$."sizes"[0]') END) FROM "Author" AS "Author" WHERE TRUE

-- GET /rest/v1/Author?preferences->>theme=eq.dark
-- → 200
SELECT "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "Author" AS "Author" WHERE (CASE WHEN (json_valid("Author"."preferences")) THEN (CASE WHEN (json_type("Author"."preferences", '$."theme"') = 'true') THEN 'true' WHEN (json_type("Author"."preferences", '$."theme"') = 'false') THEN 'false' ELSE CAST(("Author"."preferences" ->> ('$."theme"')) AS text) END) END) = ?
--   $1 = 'dark'

-- GET /rest/v1/Author?preferences->sizes->>0=eq.1&order=preferences->>theme
-- → 200
SELECT "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "Author" AS "Author" WHERE (CASE WHEN (json_valid("Author"."preferences")) THEN (CASE WHEN (json_type("Author"."preferences", '$."sizes"[0]') = 'true') THEN 'true' WHEN (json_type("Author"."preferences", '$."sizes"[0]') = 'false') THEN 'false' ELSE CAST(("Author"."preferences" ->> ('$."sizes"[0]')) AS text) END) END) = ? ORDER BY (CASE WHEN (json_valid("Author"."preferences")) THEN (CASE WHEN (json_type("Author"."preferences", '$."theme"') = 'true') THEN 'true' WHEN (json_type("Author"."preferences", '$."theme"') = 'false') THEN 'false' ELSE CAST(("Author"."preferences" ->> ('$."theme"')) AS text) END) END) ASC NULLS LAST
--   $1 = '1'

-- GET /rest/v1/Author?preferences=cs.{"theme":"dark"}
-- → 501

---- Totals

-- GET /rest/v1/Post?limit=1 | Prefer: count=exact
-- → 206
SELECT (SELECT COUNT(*) FROM "Post" AS "Post_1" WHERE TRUE), json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Post"."id"), quote("Post"."title"), quote("Post"."words"), quote("Post"."authorId"), quote("Post"."version")) AS "row" FROM "Post" AS "Post" WHERE TRUE LIMIT 1) AS "rows"))

-- GET /rest/v1/Post?limit=1 | Prefer: count=planned
-- → 206
SELECT (SELECT COUNT(*) FROM "Post" AS "Post_1" WHERE TRUE), json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Post"."id"), quote("Post"."title"), quote("Post"."words"), quote("Post"."authorId"), quote("Post"."version")) AS "row" FROM "Post" AS "Post" WHERE TRUE LIMIT 1) AS "rows"))

-- GET /rest/v1/Post?limit=1&words=gt.10 | Prefer: count=estimated
-- → 206
SELECT (SELECT COUNT(*) FROM "Post" AS "Post_1" WHERE "Post_1"."words" > ?), json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Post"."id"), quote("Post"."title"), quote("Post"."words"), quote("Post"."authorId"), quote("Post"."version")) AS "row" FROM "Post" AS "Post" WHERE "Post"."words" > ? LIMIT 1) AS "rows"))
--   $1 = 10
--   $2 = 10

---- Media types

-- GET /rest/v1/Post?id=eq.1 | Accept: application/vnd.pgrst.object+json
-- → 200
SELECT (SELECT COUNT(*) FROM "Post" AS "Post_1" WHERE "Post_1"."id" = ?), json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Post"."id"), quote("Post"."title"), quote("Post"."words"), quote("Post"."authorId"), quote("Post"."version")) AS "row" FROM "Post" AS "Post" WHERE "Post"."id" = ?) AS "rows"))
--   $1 = 1
--   $2 = 1

-- GET /rest/v1/Post?select=id,title | Accept: text/csv
-- → 200
SELECT "Post"."id", "Post"."title" FROM "Post" AS "Post" WHERE TRUE

-- GET /rest/v1/Post?select=id,title | Accept: application/vnd.pgrst.array+json;nulls=stripped
-- → 200
SELECT "Post"."id", "Post"."title" FROM "Post" AS "Post" WHERE TRUE

---- Aggregates

-- GET /rest/v1/Post?select=count()
-- → 200
SELECT count(*) FROM "Post" AS "Post" WHERE TRUE

-- GET /rest/v1/Post?select=authorId,words.sum(),n:words.avg()::text
-- → 200
SELECT "Post"."authorId", sum("Post"."words"), CAST(avg("Post"."words") AS text) FROM "Post" AS "Post" WHERE TRUE GROUP BY "Post"."authorId"

-- GET /rest/v1/Post?select=words.min(),words.max()&words=gt.10
-- → 200
SELECT min("Post"."words"), max("Post"."words") FROM "Post" AS "Post" WHERE "Post"."words" > ?
--   $1 = 10

---- Functions

-- POST /rest/v1/rpc/nothing {}
-- → 404
