-- The statements of requests/aggregates.http; `UPDATE_GOLDEN=1 cargo test --test it golden` writes them.

-- GET /api/v1/posts?select=count()
-- → 200
SELECT CAST(count(*) AS float8) FROM "public"."Post" AS "Post" WHERE TRUE LIMIT 20

-- GET /api/v1/posts?select=words.sum(),words.avg(),words.min(),words.max()
-- → 200
SELECT CAST(sum("Post"."words") AS float8), CAST(avg("Post"."words") AS float8), min("Post"."words"), max("Post"."words") FROM "public"."Post" AS "Post" WHERE TRUE LIMIT 20

-- GET /api/v1/posts?select=authorId,count()
-- → 200
SELECT "Post"."authorId", CAST(count(*) AS float8) FROM "public"."Post" AS "Post" WHERE TRUE GROUP BY "Post"."authorId" LIMIT 20

-- GET /api/v1/posts?select=authorId,total:words.sum()&order=authorId.desc&limit=1
-- → 200
SELECT "Post"."authorId", CAST(sum("Post"."words") AS float8) FROM "public"."Post" AS "Post" WHERE TRUE GROUP BY "Post"."authorId" ORDER BY "Post"."authorId" DESC LIMIT 1

-- GET /api/v1/posts?select=authorId,count()&words=gt.10&count=exact
-- → 200
SELECT (SELECT COUNT(*) FROM (SELECT COUNT(*) FROM "public"."Post" AS "Post_1" WHERE "Post_1"."words" > $1 GROUP BY "Post_1"."authorId") AS "counted"), ARRAY((SELECT ROW("Post"."authorId", CAST(count(*) AS float8)) FROM "public"."Post" AS "Post" WHERE "Post"."words" > $2 GROUP BY "Post"."authorId" LIMIT 20))
--   $1 = '10'
--   $2 = '10'

-- GET /api/v1/authors?select=role,createdAt.max()&order=role
-- → 200
SELECT CAST("Author"."role" AS text), max("Author"."createdAt") FROM "public"."Author" AS "Author" WHERE TRUE GROUP BY "Author"."role" ORDER BY "Author"."role" ASC LIMIT 20

-- GET /api/v1/authors?select=preferences->>theme,count()
-- → 200
SELECT "Author"."preferences" ->> ('theme'), CAST(count(*) AS float8) FROM "public"."Author" AS "Author" WHERE TRUE GROUP BY "Author"."preferences" ->> ('theme') LIMIT 20

-- GET /api/v1/posts?select=author(name),words.sum()
-- → 200
SELECT (SELECT ROW("Author_1"."name") FROM "public"."Author" AS "Author_1" WHERE "Author_1"."id" = "Post"."authorId" AND TRUE), CAST(sum("Post"."words") AS float8) FROM "public"."Post" AS "Post" WHERE TRUE GROUP BY "Post"."authorId" LIMIT 20

-- GET /api/v1/posts?select=...author(name),words.sum()
-- → 200
SELECT (SELECT ROW("Author_1"."name") FROM "public"."Author" AS "Author_1" WHERE "Author_1"."id" = "Post"."authorId" AND TRUE), CAST(sum("Post"."words") AS float8) FROM "public"."Post" AS "Post" WHERE TRUE GROUP BY "Post"."authorId" LIMIT 20

-- GET /api/v1/posts?select=words.sum()::text
-- → 200
SELECT CAST(sum("Post"."words") AS text) FROM "public"."Post" AS "Post" WHERE TRUE LIMIT 20
