-- The statements of requests/lists.http; `UPDATE_GOLDEN=1 cargo test --test it golden` writes them.

---- Pages

-- GET /api/v1/posts
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE TRUE ORDER BY "Post"."id" ASC LIMIT 21

-- GET /api/v1/posts?limit=2
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE TRUE ORDER BY "Post"."id" ASC LIMIT 3

-- GET /api/v1/posts?limit=2&offset=1
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE TRUE ORDER BY "Post"."id" ASC LIMIT 3 OFFSET $1
--   $1 = '1'

-- GET /api/v1/posts?limit=0
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE TRUE ORDER BY "Post"."id" ASC LIMIT 0

-- GET /api/v1/readings
-- → 200
SELECT "Reading"."day", "Reading"."sensor", "Reading"."value" FROM "public"."Reading" WHERE TRUE ORDER BY "Reading"."day" ASC, "Reading"."sensor" ASC LIMIT 21

-- HEAD /api/v1/posts?limit=1
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE TRUE ORDER BY "Post"."id" ASC LIMIT 2

---- Order

-- GET /api/v1/posts?order=words.desc
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE TRUE ORDER BY "Post"."words" DESC, "Post"."id" ASC LIMIT 21

-- GET /api/v1/authors?order=name.asc.nullsfirst,email.desc
-- → 200
SELECT "Author"."id", "Author"."email", "Author"."name", CAST("Author"."role" AS text), "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "public"."Author" WHERE TRUE ORDER BY "Author"."name" ASC NULLS FIRST, "Author"."email" DESC, "Author"."id" ASC LIMIT 21

-- GET /api/v1/authors?order=name.desc.nullslast
-- → 200
SELECT "Author"."id", "Author"."email", "Author"."name", CAST("Author"."role" AS text), "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "public"."Author" WHERE TRUE ORDER BY "Author"."name" DESC NULLS LAST, "Author"."id" ASC LIMIT 21

-- GET /api/v1/authors?order=preferences->>theme,createdAt.desc
-- → 200
SELECT "Author"."id", "Author"."email", "Author"."name", CAST("Author"."role" AS text), "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt", "Author"."preferences" ->> ('theme'), "Author"."createdAt", "Author"."id" FROM "public"."Author" AS "Author" WHERE TRUE ORDER BY "Author"."preferences" ->> ('theme') ASC, "Author"."createdAt" DESC, "Author"."id" ASC LIMIT 21

---- Select

-- GET /api/v1/posts?select=id,title
-- → 200
SELECT "Post"."id", "Post"."title" FROM "public"."Post" WHERE TRUE ORDER BY "Post"."id" ASC LIMIT 21

-- GET /api/v1/posts?select=number:id,words::text
-- → 200
SELECT "Post"."id", CAST("Post"."words" AS text), "Post"."id" FROM "public"."Post" AS "Post" WHERE TRUE ORDER BY "Post"."id" ASC LIMIT 21

-- GET /api/v1/authors?select=id,preferences->>theme,size:preferences->sizes->0
-- → 200
SELECT "Author"."id", "Author"."preferences" ->> ('theme'), ("Author"."preferences" -> ('sizes')) -> 0, "Author"."id" FROM "public"."Author" AS "Author" WHERE TRUE ORDER BY "Author"."id" ASC LIMIT 21

-- GET /api/v1/authors?select=createdAt,role,settings
-- → 200
SELECT "Author"."createdAt", CAST("Author"."role" AS text), "Author"."settings", "Author"."id" FROM "public"."Author" WHERE TRUE ORDER BY "Author"."id" ASC LIMIT 21

---- Totals

-- GET /api/v1/posts?count=exact
-- → 200
SELECT (SELECT COUNT(*) FROM "public"."Post" AS "Post_1" WHERE TRUE), ARRAY((SELECT ROW("Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version", "Post"."id") FROM "public"."Post" AS "Post" WHERE TRUE ORDER BY "Post"."id" ASC LIMIT 21))

-- GET /api/v1/posts?count=exact&limit=1&words=gt.10
-- → 200
SELECT (SELECT COUNT(*) FROM "public"."Post" AS "Post_1" WHERE "Post_1"."words" > $1), ARRAY((SELECT ROW("Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version", "Post"."id") FROM "public"."Post" AS "Post" WHERE "Post"."words" > $2 ORDER BY "Post"."id" ASC LIMIT 2))
--   $1 = '10'
--   $2 = '10'

-- GET /api/v1/posts?count=planned&limit=1
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version", "Post"."id" FROM "public"."Post" AS "Post" WHERE TRUE ORDER BY "Post"."id" ASC LIMIT 2
EXPLAIN (FORMAT JSON) SELECT 1 FROM "public"."Post" AS "Post_1" WHERE TRUE

-- GET /api/v1/posts?count=estimated&limit=1&words=gt.10
-- → 200
SELECT (SELECT COUNT(*) FROM (SELECT 1 FROM "public"."Post" AS "Post_1" WHERE "Post_1"."words" > $1 LIMIT 1001) AS "counted"), ARRAY((SELECT ROW("Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version", "Post"."id") FROM "public"."Post" AS "Post" WHERE "Post"."words" > $2 ORDER BY "Post"."id" ASC LIMIT 2))
--   $1 = '10'
--   $2 = '10'

---- Other media types

-- GET /api/v1/posts?select=id,title | Accept: text/csv
-- → 200
SELECT "Post"."id", "Post"."title" FROM "public"."Post" WHERE TRUE ORDER BY "Post"."id" ASC LIMIT 21

-- GET /api/v1/posts?select=id,author(name) | Accept: application/x-ndjson
-- → 200
SELECT "Post"."id", (SELECT ROW("Author_1"."name") FROM "public"."Author" AS "Author_1" WHERE "Author_1"."id" = "Post"."authorId" AND TRUE), "Post"."id" FROM (SELECT "Post".* FROM "public"."Post" AS "Post" WHERE TRUE ORDER BY "Post"."id" ASC LIMIT 21) AS "Post" ORDER BY "Post"."id" ASC

---- By key

-- GET /api/v1/posts/1
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE "Post"."id" = $1
--   $1 = '1'

-- GET /api/v1/posts/999
-- → 404
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE "Post"."id" = $1
--   $1 = '999'

-- GET /api/v1/seats/A,1
-- → 200
SELECT "Seat"."hall", "Seat"."number", "Seat"."ticket", "Seat"."taken" FROM "public"."Seat" WHERE "Seat"."hall" = $1 AND "Seat"."number" = $2
--   $1 = 'A'
--   $2 = '1'

-- GET /api/v1/authors/ada?select=email,score
-- → 200
SELECT "Author"."email", "Author"."score" FROM "public"."Author" WHERE "Author"."id" = $1
--   $1 = 'ada'

-- GET /api/v1/authors/ada/preferences
-- → 200
SELECT "Author"."preferences" FROM "public"."Author" WHERE "Author"."id" = $1
--   $1 = 'ada'

-- GET /api/v1/posts/1?title=eq.One
-- → 400

---- Related rows of a row

-- GET /api/v1/posts/1/author
-- → 200
SELECT EXISTS(SELECT 1 FROM "public"."Post" AS "Post_1" WHERE "Post_1"."id" = $1), ARRAY((SELECT ROW("Author"."id", "Author"."email", "Author"."name", CAST("Author"."role" AS text), "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt", "Author"."id") FROM "public"."Author" AS "Author" WHERE EXISTS(SELECT 1 FROM "public"."Post" AS "Post_1_" WHERE "Post_1_"."id" = $2 AND "Author"."id" = "Post_1_"."authorId") AND TRUE ORDER BY "Author"."id" ASC LIMIT 21))
--   $1 = '1'
--   $2 = '1'

-- GET /api/v1/posts/1/comments?order=id.desc&limit=1
-- → 200
SELECT EXISTS(SELECT 1 FROM "public"."Post" AS "Post_1" WHERE "Post_1"."id" = $1), ARRAY((SELECT ROW("Comment"."id", "Comment"."text", "Comment"."postId", "Comment"."authorId", "Comment"."id") FROM "public"."Comment" AS "Comment" WHERE EXISTS(SELECT 1 FROM "public"."Post" AS "Post_1_" WHERE "Post_1_"."id" = $2 AND "Comment"."postId" = "Post_1_"."id") AND TRUE ORDER BY "Comment"."id" DESC LIMIT 2))
--   $1 = '1'
--   $2 = '1'

-- GET /api/v1/posts/1/tags?count=exact
-- → 200
SELECT EXISTS(SELECT 1 FROM "public"."Post" AS "Post_1" WHERE "Post_1"."id" = $1), (SELECT COUNT(*) FROM "public"."Tag" AS "Tag_1" WHERE TRUE AND EXISTS(SELECT 1 FROM "public"."Post" AS "Post_1_" INNER JOIN "public"."_PostToTag" AS "_PostToTag" ON "_PostToTag"."B" = "Tag_1"."id" WHERE "Post_1_"."id" = $2 AND "_PostToTag"."A" = "Post_1_"."id")), ARRAY((SELECT ROW("Tag"."id", "Tag"."name", "Tag"."id") FROM "public"."Tag" AS "Tag" WHERE EXISTS(SELECT 1 FROM "public"."Post" AS "Post_1__" INNER JOIN "public"."_PostToTag" AS "_PostToTag_" ON "_PostToTag_"."B" = "Tag"."id" WHERE "Post_1__"."id" = $3 AND "_PostToTag_"."A" = "Post_1__"."id") AND TRUE ORDER BY "Tag"."id" ASC LIMIT 21))
--   $1 = '1'
--   $2 = '1'
--   $3 = '1'

-- GET /api/v1/authors/ada/profile
-- → 200
SELECT EXISTS(SELECT 1 FROM "public"."Author" AS "Author_1" WHERE "Author_1"."id" = $1), ARRAY((SELECT ROW("Profile"."id", "Profile"."bio", "Profile"."authorId", "Profile"."id") FROM "public"."Profile" AS "Profile" WHERE EXISTS(SELECT 1 FROM "public"."Author" AS "Author_1_" WHERE "Author_1_"."id" = $2 AND "Profile"."authorId" = "Author_1_"."id") AND TRUE ORDER BY "Profile"."id" ASC LIMIT 21))
--   $1 = 'ada'
--   $2 = 'ada'
