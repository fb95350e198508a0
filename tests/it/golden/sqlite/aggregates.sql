-- The statements of requests/aggregates.http; `UPDATE_GOLDEN=1 cargo test --test it golden` writes them.

-- GET /api/v1/posts?select=count()
-- → 200
SELECT count(*) FROM "Post" AS "Post" WHERE TRUE LIMIT 20

-- GET /api/v1/posts?select=words.sum(),words.avg(),words.min(),words.max()
-- → 200
SELECT sum("Post"."words"), avg("Post"."words"), min("Post"."words"), max("Post"."words") FROM "Post" AS "Post" WHERE TRUE LIMIT 20

-- GET /api/v1/posts?select=authorId,count()
-- → 200
SELECT "Post"."authorId", count(*) FROM "Post" AS "Post" WHERE TRUE GROUP BY "Post"."authorId" LIMIT 20

-- GET /api/v1/posts?select=authorId,total:words.sum()&order=authorId.desc&limit=1
-- → 200
SELECT "Post"."authorId", sum("Post"."words") FROM "Post" AS "Post" WHERE TRUE GROUP BY "Post"."authorId" ORDER BY "Post"."authorId" DESC NULLS FIRST LIMIT 1

-- GET /api/v1/posts?select=authorId,count()&words=gt.10&count=exact
-- → 200
SELECT (SELECT COUNT(*) FROM (SELECT COUNT(*) FROM "Post" AS "Post_1" WHERE "Post_1"."words" > ? GROUP BY "Post_1"."authorId") AS "counted"), json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Post"."authorId"), quote(count(*))) AS "row" FROM "Post" AS "Post" WHERE "Post"."words" > ? GROUP BY "Post"."authorId" LIMIT 20) AS "rows"))
--   $1 = 10
--   $2 = 10

-- GET /api/v1/authors?select=role,createdAt.max()&order=role
-- → 200
SELECT "Author"."role", max(CAST("Author"."createdAt" AS TEXT) COLLATE "refract_moment") FROM "Author" AS "Author" WHERE TRUE GROUP BY "Author"."role" ORDER BY "Author"."role" ASC LIMIT 20

-- GET /api/v1/authors?select=preferences->>theme,count()
-- → 200
SELECT (CASE WHEN (json_valid("Author"."preferences")) THEN (CASE WHEN (json_type("Author"."preferences", '$."theme"') = 'true') THEN 'true' WHEN (json_type("Author"."preferences", '$."theme"') = 'false') THEN 'false' ELSE CAST(("Author"."preferences" ->> ('$."theme"')) AS text) END) END), count(*) FROM "Author" AS "Author" WHERE TRUE GROUP BY (CASE WHEN (json_valid("Author"."preferences")) THEN (CASE WHEN (json_type("Author"."preferences", '$."theme"') = 'true') THEN 'true' WHEN (json_type("Author"."preferences", '$."theme"') = 'false') THEN 'false' ELSE CAST(("Author"."preferences" ->> ('$."theme"')) AS text) END) END) LIMIT 20

-- GET /api/v1/posts?select=author(name),words.sum()
-- → 200
SELECT json((SELECT json_array(quote("Author_1"."name")) FROM "Author" AS "Author_1" WHERE "Author_1"."id" = "Post"."authorId" AND TRUE)), sum("Post"."words") FROM "Post" AS "Post" WHERE TRUE GROUP BY "Post"."authorId" LIMIT 20

-- GET /api/v1/posts?select=...author(name),words.sum()
-- → 200
SELECT json((SELECT json_array(quote("Author_1"."name")) FROM "Author" AS "Author_1" WHERE "Author_1"."id" = "Post"."authorId" AND TRUE)), sum("Post"."words") FROM "Post" AS "Post" WHERE TRUE GROUP BY "Post"."authorId" LIMIT 20

-- GET /api/v1/posts?select=words.sum()::text
-- → 200
SELECT CAST(sum("Post"."words") AS text) FROM "Post" AS "Post" WHERE TRUE LIMIT 20
