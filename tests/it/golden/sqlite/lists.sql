-- The statements of requests/lists.http; `UPDATE_GOLDEN=1 cargo test --test it golden` writes them.

---- Pages

-- GET /api/v1/posts
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" WHERE TRUE ORDER BY "Post"."id" ASC LIMIT 21

-- GET /api/v1/posts?limit=2
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" WHERE TRUE ORDER BY "Post"."id" ASC LIMIT 3

-- GET /api/v1/posts?limit=2&offset=1
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" WHERE TRUE ORDER BY "Post"."id" ASC LIMIT 3 OFFSET ?
--   $1 = 1

-- GET /api/v1/posts?limit=0
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" WHERE TRUE ORDER BY "Post"."id" ASC LIMIT 0

-- GET /api/v1/readings
-- → 200
SELECT "Reading"."day", "Reading"."sensor", "Reading"."value" FROM "Reading" WHERE TRUE ORDER BY "Reading"."day" ASC, "Reading"."sensor" ASC LIMIT 21

-- HEAD /api/v1/posts?limit=1
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" WHERE TRUE ORDER BY "Post"."id" ASC LIMIT 2

---- Order

-- GET /api/v1/posts?order=words.desc
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" WHERE TRUE ORDER BY "Post"."words" DESC, "Post"."id" ASC LIMIT 21

-- GET /api/v1/authors?order=name.asc.nullsfirst,email.desc
-- → 200
SELECT "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "Author" WHERE TRUE ORDER BY "Author"."name" ASC NULLS FIRST, "Author"."email" DESC, "Author"."id" ASC LIMIT 21

-- GET /api/v1/authors?order=name.desc.nullslast
-- → 200
SELECT "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "Author" WHERE TRUE ORDER BY "Author"."name" DESC NULLS LAST, "Author"."id" ASC LIMIT 21

-- GET /api/v1/authors?order=preferences->>theme,createdAt.desc
-- → 200
SELECT "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt", (CASE WHEN (json_valid("Author"."preferences")) THEN (CASE WHEN (json_type("Author"."preferences", '$."theme"') = 'true') THEN 'true' WHEN (json_type("Author"."preferences", '$."theme"') = 'false') THEN 'false' ELSE CAST(("Author"."preferences" ->> ('$."theme"')) AS text) END) END), CAST("Author"."createdAt" AS TEXT) COLLATE "refract_moment", "Author"."id" FROM "Author" AS "Author" WHERE TRUE ORDER BY (CASE WHEN (json_valid("Author"."preferences")) THEN (CASE WHEN (json_type("Author"."preferences", '$."theme"') = 'true') THEN 'true' WHEN (json_type("Author"."preferences", '$."theme"') = 'false') THEN 'false' ELSE CAST(("Author"."preferences" ->> ('$."theme"')) AS text) END) END) ASC NULLS LAST, CAST("Author"."createdAt" AS TEXT) COLLATE "refract_moment" DESC, "Author"."id" ASC LIMIT 21

---- Select

-- GET /api/v1/posts?select=id,title
-- → 200
SELECT "Post"."id", "Post"."title" FROM "Post" WHERE TRUE ORDER BY "Post"."id" ASC LIMIT 21

-- GET /api/v1/posts?select=number:id,words::text
-- → 200
SELECT "Post"."id", CAST("Post"."words" AS text), "Post"."id" FROM "Post" AS "Post" WHERE TRUE ORDER BY "Post"."id" ASC LIMIT 21

-- GET /api/v1/authors?select=id,preferences->>theme,size:preferences->sizes->0
-- → 200
SELECT "Author"."id", (CASE WHEN (json_valid("Author"."preferences")) THEN (CASE WHEN (json_type("Author"."preferences", '$."theme"') = 'true') THEN 'true' WHEN (json_type("Author"."preferences", '$."theme"') = 'false') THEN 'false' ELSE CAST(("Author"."preferences" ->> ('$."theme"')) AS text) END) END), (CASE WHEN (json_valid("Author"."preferences")) THEN "Author"."preferences" -> ('$."sizes"[0]') END), "Author"."id" FROM "Author" AS "Author" WHERE TRUE ORDER BY "Author"."id" ASC LIMIT 21

-- GET /api/v1/authors?select=createdAt,role,settings
-- → 200
SELECT "Author"."createdAt", "Author"."role", "Author"."settings", "Author"."id" FROM "Author" WHERE TRUE ORDER BY "Author"."id" ASC LIMIT 21

---- Totals

-- GET /api/v1/posts?count=exact
-- → 200
SELECT (SELECT COUNT(*) FROM "Post" AS "Post_1" WHERE TRUE), json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Post"."id"), quote("Post"."title"), quote("Post"."words"), quote("Post"."authorId"), quote("Post"."version"), quote("Post"."id")) AS "row" FROM "Post" AS "Post" WHERE TRUE ORDER BY "Post"."id" ASC LIMIT 21) AS "rows"))

-- GET /api/v1/posts?count=exact&limit=1&words=gt.10
-- → 200
SELECT (SELECT COUNT(*) FROM "Post" AS "Post_1" WHERE "Post_1"."words" > ?), json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Post"."id"), quote("Post"."title"), quote("Post"."words"), quote("Post"."authorId"), quote("Post"."version"), quote("Post"."id")) AS "row" FROM "Post" AS "Post" WHERE "Post"."words" > ? ORDER BY "Post"."id" ASC LIMIT 2) AS "rows"))
--   $1 = 10
--   $2 = 10

-- GET /api/v1/posts?count=planned&limit=1
-- → 200
SELECT (SELECT COUNT(*) FROM "Post" AS "Post_1" WHERE TRUE), json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Post"."id"), quote("Post"."title"), quote("Post"."words"), quote("Post"."authorId"), quote("Post"."version"), quote("Post"."id")) AS "row" FROM "Post" AS "Post" WHERE TRUE ORDER BY "Post"."id" ASC LIMIT 2) AS "rows"))

-- GET /api/v1/posts?count=estimated&limit=1&words=gt.10
-- → 200
SELECT (SELECT COUNT(*) FROM "Post" AS "Post_1" WHERE "Post_1"."words" > ?), json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Post"."id"), quote("Post"."title"), quote("Post"."words"), quote("Post"."authorId"), quote("Post"."version"), quote("Post"."id")) AS "row" FROM "Post" AS "Post" WHERE "Post"."words" > ? ORDER BY "Post"."id" ASC LIMIT 2) AS "rows"))
--   $1 = 10
--   $2 = 10

---- Other media types

-- GET /api/v1/posts?select=id,title | Accept: text/csv
-- → 200
SELECT "Post"."id", "Post"."title" FROM "Post" WHERE TRUE ORDER BY "Post"."id" ASC LIMIT 21

-- GET /api/v1/posts?select=id,author(name) | Accept: application/x-ndjson
-- → 200
SELECT "Post"."id", json((SELECT json_array(quote("Author_1"."name")) FROM "Author" AS "Author_1" WHERE "Author_1"."id" = "Post"."authorId" AND TRUE)), "Post"."id" FROM (SELECT "Post".* FROM "Post" AS "Post" WHERE TRUE ORDER BY "Post"."id" ASC LIMIT 21) AS "Post" ORDER BY "Post"."id" ASC

---- By key

-- GET /api/v1/posts/1
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" WHERE "Post"."id" = ?
--   $1 = 1

-- GET /api/v1/posts/999
-- → 404
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" WHERE "Post"."id" = ?
--   $1 = 999

-- GET /api/v1/seats/A,1
-- → 200
SELECT "Seat"."hall", "Seat"."number", "Seat"."ticket", "Seat"."taken" FROM "Seat" WHERE "Seat"."hall" = ? AND "Seat"."number" = ?
--   $1 = 'A'
--   $2 = 1

-- GET /api/v1/authors/ada?select=email,score
-- → 200
SELECT "Author"."email", "Author"."score" FROM "Author" WHERE "Author"."id" = ?
--   $1 = 'ada'

-- GET /api/v1/authors/ada/preferences
-- → 200
SELECT "Author"."preferences" FROM "Author" WHERE "Author"."id" = ?
--   $1 = 'ada'

-- GET /api/v1/posts/1?title=eq.One
-- → 400

---- Related rows of a row

-- GET /api/v1/posts/1/author
-- → 200
SELECT EXISTS(SELECT 1 FROM "Post" AS "Post_1" WHERE "Post_1"."id" = ?) IS TRUE, json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Author"."id"), quote("Author"."email"), quote("Author"."name"), quote("Author"."role"), quote("Author"."score"), quote("Author"."preferences"), quote("Author"."settings"), quote("Author"."managerId"), quote("Author"."createdAt"), quote("Author"."updatedAt"), quote("Author"."id")) AS "row" FROM "Author" AS "Author" WHERE EXISTS(SELECT 1 FROM "Post" AS "Post_1_" WHERE "Post_1_"."id" = ? AND "Author"."id" = "Post_1_"."authorId") IS TRUE AND TRUE ORDER BY "Author"."id" ASC LIMIT 21) AS "rows"))
--   $1 = 1
--   $2 = 1

-- GET /api/v1/posts/1/comments?order=id.desc&limit=1
-- → 200
SELECT EXISTS(SELECT 1 FROM "Post" AS "Post_1" WHERE "Post_1"."id" = ?) IS TRUE, json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Comment"."id"), quote("Comment"."text"), quote("Comment"."postId"), quote("Comment"."authorId"), quote("Comment"."id")) AS "row" FROM "Comment" AS "Comment" WHERE EXISTS(SELECT 1 FROM "Post" AS "Post_1_" WHERE "Post_1_"."id" = ? AND "Comment"."postId" = "Post_1_"."id") IS TRUE AND TRUE ORDER BY "Comment"."id" DESC LIMIT 2) AS "rows"))
--   $1 = 1
--   $2 = 1

-- GET /api/v1/posts/1/tags?count=exact
-- → 200
SELECT EXISTS(SELECT 1 FROM "Post" AS "Post_1" WHERE "Post_1"."id" = ?) IS TRUE, (SELECT COUNT(*) FROM "Tag" AS "Tag_1" WHERE TRUE AND EXISTS(SELECT 1 FROM "Post" AS "Post_1_" INNER JOIN "_PostToTag" AS "_PostToTag" ON "_PostToTag"."B" = "Tag_1"."id" WHERE "Post_1_"."id" = ? AND "_PostToTag"."A" = "Post_1_"."id") IS TRUE), json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Tag"."id"), quote("Tag"."name"), quote("Tag"."id")) AS "row" FROM "Tag" AS "Tag" WHERE EXISTS(SELECT 1 FROM "Post" AS "Post_1__" INNER JOIN "_PostToTag" AS "_PostToTag_" ON "_PostToTag_"."B" = "Tag"."id" WHERE "Post_1__"."id" = ? AND "_PostToTag_"."A" = "Post_1__"."id") IS TRUE AND TRUE ORDER BY "Tag"."id" ASC LIMIT 21) AS "rows"))
--   $1 = 1
--   $2 = 1
--   $3 = 1

-- GET /api/v1/authors/ada/profile
-- → 200
SELECT EXISTS(SELECT 1 FROM "Author" AS "Author_1" WHERE "Author_1"."id" = ?) IS TRUE, json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Profile"."id"), quote("Profile"."bio"), quote("Profile"."authorId"), quote("Profile"."id")) AS "row" FROM "Profile" AS "Profile" WHERE EXISTS(SELECT 1 FROM "Author" AS "Author_1_" WHERE "Author_1_"."id" = ? AND "Profile"."authorId" = "Author_1_"."id") IS TRUE AND TRUE ORDER BY "Profile"."id" ASC LIMIT 21) AS "rows"))
--   $1 = 'ada'
--   $2 = 'ada'
