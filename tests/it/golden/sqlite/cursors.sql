-- The statements of requests/cursors.http; `UPDATE_GOLDEN=1 cargo test --test it golden` writes them.

---- By key

-- GET /api/v1/posts?limit=1
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" WHERE TRUE ORDER BY "Post"."id" ASC LIMIT 2

-- GET /api/v1/posts?limit=1&cursor=@
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" WHERE "Post"."id" > ? ORDER BY "Post"."id" ASC LIMIT 2
--   $1 = 1

-- GET /api/v1/seats?limit=1
-- → 200
SELECT "Seat"."hall", "Seat"."number", "Seat"."ticket", "Seat"."taken" FROM "Seat" WHERE TRUE ORDER BY "Seat"."hall" ASC, "Seat"."number" ASC LIMIT 2

-- GET /api/v1/seats?limit=1&cursor=@
-- → 200
SELECT "Seat"."hall", "Seat"."number", "Seat"."ticket", "Seat"."taken" FROM "Seat" WHERE ("Seat"."hall", "Seat"."number") > (?, ?) ORDER BY "Seat"."hall" ASC, "Seat"."number" ASC LIMIT 2
--   $1 = 'A'
--   $2 = 1

---- By one column, ascending and descending

-- GET /api/v1/posts?order=title&limit=1
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" WHERE TRUE ORDER BY "Post"."title" ASC, "Post"."id" ASC LIMIT 2

-- GET /api/v1/posts?order=title&limit=1&cursor=@
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" WHERE ("Post"."title", "Post"."id") > (?, ?) ORDER BY "Post"."title" ASC, "Post"."id" ASC LIMIT 2
--   $1 = 'Four'
--   $2 = 4

-- GET /api/v1/posts?order=words.desc&limit=1
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" WHERE TRUE ORDER BY "Post"."words" DESC, "Post"."id" ASC LIMIT 2

-- GET /api/v1/posts?order=words.desc&limit=1&cursor=@
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version", "Post"."words", "Post"."id" FROM (SELECT * FROM (SELECT "Post".* FROM "Post" AS "Post" WHERE TRUE AND "Post"."words" < ? ORDER BY "Post"."words" DESC, "Post"."id" ASC LIMIT 2) AS "Post" UNION ALL SELECT * FROM (SELECT "Post".* FROM "Post" AS "Post" WHERE TRUE AND ("Post"."words" = ? AND "Post"."id" > ?) ORDER BY "Post"."words" DESC, "Post"."id" ASC LIMIT 2) AS "Post") AS "Post" ORDER BY "Post"."words" DESC, "Post"."id" ASC LIMIT 2
--   $1 = 300
--   $2 = 300
--   $3 = 3

-- GET /api/v1/posts?order=id.desc&limit=1
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" WHERE TRUE ORDER BY "Post"."id" DESC LIMIT 2

-- GET /api/v1/posts?order=id.desc&limit=1&cursor=@
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" WHERE "Post"."id" < ? ORDER BY "Post"."id" DESC LIMIT 2
--   $1 = 4

---- Nulls last, then first

-- GET /api/v1/authors?order=name&limit=2
-- → 200
SELECT "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "Author" WHERE TRUE ORDER BY "Author"."name" ASC NULLS LAST, "Author"."id" ASC LIMIT 3

-- GET /api/v1/authors?order=name&limit=1&cursor=@
-- → 200
SELECT "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt", "Author"."name", "Author"."id" FROM (SELECT * FROM (SELECT "Author".* FROM "Author" AS "Author" WHERE TRUE AND "Author"."name" > ? ORDER BY "Author"."name" ASC NULLS LAST, "Author"."id" ASC LIMIT 2) AS "Author" UNION ALL SELECT * FROM (SELECT "Author".* FROM "Author" AS "Author" WHERE TRUE AND "Author"."name" IS NULL ORDER BY "Author"."name" ASC NULLS LAST, "Author"."id" ASC LIMIT 2) AS "Author" UNION ALL SELECT * FROM (SELECT "Author".* FROM "Author" AS "Author" WHERE TRUE AND ("Author"."name" = ? AND "Author"."id" > ?) ORDER BY "Author"."name" ASC NULLS LAST, "Author"."id" ASC LIMIT 2) AS "Author") AS "Author" ORDER BY "Author"."name" ASC NULLS LAST, "Author"."id" ASC LIMIT 2
--   $1 = 'Bob'
--   $2 = 'Bob'
--   $3 = 'bob'

-- GET /api/v1/authors?order=name.asc.nullsfirst&limit=1
-- → 200
SELECT "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "Author" WHERE TRUE ORDER BY "Author"."name" ASC NULLS FIRST, "Author"."id" ASC LIMIT 2

-- GET /api/v1/authors?order=name.asc.nullsfirst&limit=1&cursor=@
-- → 200
SELECT "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt", "Author"."name", "Author"."id" FROM (SELECT * FROM (SELECT "Author".* FROM "Author" AS "Author" WHERE TRUE AND "Author"."name" IS NOT NULL ORDER BY "Author"."name" ASC NULLS FIRST, "Author"."id" ASC LIMIT 2) AS "Author" UNION ALL SELECT * FROM (SELECT "Author".* FROM "Author" AS "Author" WHERE TRUE AND ("Author"."name" IS NULL AND "Author"."id" > ?) ORDER BY "Author"."name" ASC NULLS FIRST, "Author"."id" ASC LIMIT 2) AS "Author") AS "Author" ORDER BY "Author"."name" ASC NULLS FIRST, "Author"."id" ASC LIMIT 2
--   $1 = 'cyd'

-- GET /api/v1/authors?order=name.desc.nullslast&limit=1
-- → 200
SELECT "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "Author" WHERE TRUE ORDER BY "Author"."name" DESC NULLS LAST, "Author"."id" ASC LIMIT 2

-- GET /api/v1/authors?order=name.desc.nullslast&limit=1&cursor=@
-- → 200
SELECT "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt", "Author"."name", "Author"."id" FROM (SELECT * FROM (SELECT "Author".* FROM "Author" AS "Author" WHERE TRUE AND "Author"."name" < ? ORDER BY "Author"."name" DESC NULLS LAST, "Author"."id" ASC LIMIT 2) AS "Author" UNION ALL SELECT * FROM (SELECT "Author".* FROM "Author" AS "Author" WHERE TRUE AND "Author"."name" IS NULL ORDER BY "Author"."name" DESC NULLS LAST, "Author"."id" ASC LIMIT 2) AS "Author" UNION ALL SELECT * FROM (SELECT "Author".* FROM "Author" AS "Author" WHERE TRUE AND ("Author"."name" = ? AND "Author"."id" > ?) ORDER BY "Author"."name" DESC NULLS LAST, "Author"."id" ASC LIMIT 2) AS "Author") AS "Author" ORDER BY "Author"."name" DESC NULLS LAST, "Author"."id" ASC LIMIT 2
--   $1 = 'Bob'
--   $2 = 'Bob'
--   $3 = 'bob'

---- By several columns

-- GET /api/v1/authors?order=score,name,email&limit=1
-- → 200
SELECT "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "Author" WHERE TRUE ORDER BY "Author"."score" ASC, "Author"."name" ASC NULLS LAST, "Author"."email" ASC, "Author"."id" ASC LIMIT 2

-- GET /api/v1/authors?order=score,name,email&limit=1&cursor=@
-- → 200
SELECT "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt", "Author"."score", "Author"."name", "Author"."email", "Author"."id" FROM (SELECT * FROM (SELECT "Author".* FROM "Author" AS "Author" WHERE TRUE AND "Author"."score" > ? ORDER BY "Author"."score" ASC, "Author"."name" ASC NULLS LAST, "Author"."email" ASC, "Author"."id" ASC LIMIT 2) AS "Author" UNION ALL SELECT * FROM (SELECT "Author".* FROM "Author" AS "Author" WHERE TRUE AND ("Author"."score" = ? AND "Author"."name" > ?) ORDER BY "Author"."score" ASC, "Author"."name" ASC NULLS LAST, "Author"."email" ASC, "Author"."id" ASC LIMIT 2) AS "Author" UNION ALL SELECT * FROM (SELECT "Author".* FROM "Author" AS "Author" WHERE TRUE AND ("Author"."score" = ? AND "Author"."name" IS NULL) ORDER BY "Author"."score" ASC, "Author"."name" ASC NULLS LAST, "Author"."email" ASC, "Author"."id" ASC LIMIT 2) AS "Author" UNION ALL SELECT * FROM (SELECT "Author".* FROM "Author" AS "Author" WHERE TRUE AND ("Author"."score" = ? AND "Author"."name" = ? AND "Author"."email" > ?) ORDER BY "Author"."score" ASC, "Author"."name" ASC NULLS LAST, "Author"."email" ASC, "Author"."id" ASC LIMIT 2) AS "Author" UNION ALL SELECT * FROM (SELECT "Author".* FROM "Author" AS "Author" WHERE TRUE AND ("Author"."score" = ? AND "Author"."name" = ? AND "Author"."email" = ? AND "Author"."id" > ?) ORDER BY "Author"."score" ASC, "Author"."name" ASC NULLS LAST, "Author"."email" ASC, "Author"."id" ASC LIMIT 2) AS "Author") AS "Author" ORDER BY "Author"."score" ASC, "Author"."name" ASC NULLS LAST, "Author"."email" ASC, "Author"."id" ASC LIMIT 2
--   $1 = 7
--   $2 = 7
--   $3 = 'Bob'
--   $4 = 7
--   $5 = 7
--   $6 = 'Bob'
--   $7 = 'bob@example.com'
--   $8 = 7
--   $9 = 'Bob'
--   $10 = 'bob@example.com'
--   $11 = 'bob'

-- GET /api/v1/authors?order=score.desc,email&limit=1
-- → 200
SELECT "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "Author" WHERE TRUE ORDER BY "Author"."score" DESC, "Author"."email" ASC, "Author"."id" ASC LIMIT 2

-- GET /api/v1/authors?order=score.desc,email&limit=1&cursor=@
-- → 200
SELECT "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt", "Author"."score", "Author"."email", "Author"."id" FROM (SELECT * FROM (SELECT "Author".* FROM "Author" AS "Author" WHERE TRUE AND "Author"."score" < ? ORDER BY "Author"."score" DESC, "Author"."email" ASC, "Author"."id" ASC LIMIT 2) AS "Author" UNION ALL SELECT * FROM (SELECT "Author".* FROM "Author" AS "Author" WHERE TRUE AND ("Author"."score" = ? AND "Author"."email" > ?) ORDER BY "Author"."score" DESC, "Author"."email" ASC, "Author"."id" ASC LIMIT 2) AS "Author" UNION ALL SELECT * FROM (SELECT "Author".* FROM "Author" AS "Author" WHERE TRUE AND ("Author"."score" = ? AND "Author"."email" = ? AND "Author"."id" > ?) ORDER BY "Author"."score" DESC, "Author"."email" ASC, "Author"."id" ASC LIMIT 2) AS "Author") AS "Author" ORDER BY "Author"."score" DESC, "Author"."email" ASC, "Author"."id" ASC LIMIT 2
--   $1 = 9
--   $2 = 9
--   $3 = 'ada@example.com'
--   $4 = 9
--   $5 = 'ada@example.com'
--   $6 = 'ada'

-- GET /api/v1/authors?order=score.desc,name.asc.nullsfirst,createdAt.desc&limit=1
-- → 200
SELECT "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "Author" WHERE TRUE ORDER BY "Author"."score" DESC, "Author"."name" ASC NULLS FIRST, CAST("Author"."createdAt" AS TEXT) COLLATE "refract_moment" DESC, "Author"."id" ASC LIMIT 2

-- GET /api/v1/authors?order=score.desc,name.asc.nullsfirst,createdAt.desc&limit=1&cursor=@
-- → 200
SELECT "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt", "Author"."score", "Author"."name", CAST("Author"."createdAt" AS TEXT) COLLATE "refract_moment", "Author"."id" FROM (SELECT * FROM (SELECT "Author".* FROM "Author" AS "Author" WHERE TRUE AND "Author"."score" < ? ORDER BY "Author"."score" DESC, "Author"."name" ASC NULLS FIRST, CAST("Author"."createdAt" AS TEXT) COLLATE "refract_moment" DESC, "Author"."id" ASC LIMIT 2) AS "Author" UNION ALL SELECT * FROM (SELECT "Author".* FROM "Author" AS "Author" WHERE TRUE AND ("Author"."score" = ? AND "Author"."name" > ?) ORDER BY "Author"."score" DESC, "Author"."name" ASC NULLS FIRST, CAST("Author"."createdAt" AS TEXT) COLLATE "refract_moment" DESC, "Author"."id" ASC LIMIT 2) AS "Author" UNION ALL SELECT * FROM (SELECT "Author".* FROM "Author" AS "Author" WHERE TRUE AND ("Author"."score" = ? AND "Author"."name" = ? AND (CAST("Author"."createdAt" AS TEXT) COLLATE "refract_moment") < ?) ORDER BY "Author"."score" DESC, "Author"."name" ASC NULLS FIRST, CAST("Author"."createdAt" AS TEXT) COLLATE "refract_moment" DESC, "Author"."id" ASC LIMIT 2) AS "Author" UNION ALL SELECT * FROM (SELECT "Author".* FROM "Author" AS "Author" WHERE TRUE AND ("Author"."score" = ? AND "Author"."name" = ? AND (CAST("Author"."createdAt" AS TEXT) COLLATE "refract_moment") = ? AND "Author"."id" > ?) ORDER BY "Author"."score" DESC, "Author"."name" ASC NULLS FIRST, CAST("Author"."createdAt" AS TEXT) COLLATE "refract_moment" DESC, "Author"."id" ASC LIMIT 2) AS "Author") AS "Author" ORDER BY "Author"."score" DESC, "Author"."name" ASC NULLS FIRST, CAST("Author"."createdAt" AS TEXT) COLLATE "refract_moment" DESC, "Author"."id" ASC LIMIT 2
--   $1 = 9
--   $2 = 9
--   $3 = 'Ada'
--   $4 = 9
--   $5 = 'Ada'
--   $6 = '2001-02-03T04:05:06.000Z'
--   $7 = 9
--   $8 = 'Ada'
--   $9 = '2001-02-03T04:05:06.000Z'
--   $10 = 'ada'

---- By a moment and by a path into JSON

-- GET /api/v1/authors?order=createdAt.desc&limit=1
-- → 200
SELECT "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "Author" WHERE TRUE ORDER BY CAST("Author"."createdAt" AS TEXT) COLLATE "refract_moment" DESC, "Author"."id" ASC LIMIT 2

-- GET /api/v1/authors?order=createdAt.desc&limit=1&cursor=@
-- → 200
SELECT "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt", CAST("Author"."createdAt" AS TEXT) COLLATE "refract_moment", "Author"."id" FROM (SELECT * FROM (SELECT "Author".* FROM "Author" AS "Author" WHERE TRUE AND (CAST("Author"."createdAt" AS TEXT) COLLATE "refract_moment") < ? ORDER BY CAST("Author"."createdAt" AS TEXT) COLLATE "refract_moment" DESC, "Author"."id" ASC LIMIT 2) AS "Author" UNION ALL SELECT * FROM (SELECT "Author".* FROM "Author" AS "Author" WHERE TRUE AND ((CAST("Author"."createdAt" AS TEXT) COLLATE "refract_moment") = ? AND "Author"."id" > ?) ORDER BY CAST("Author"."createdAt" AS TEXT) COLLATE "refract_moment" DESC, "Author"."id" ASC LIMIT 2) AS "Author") AS "Author" ORDER BY CAST("Author"."createdAt" AS TEXT) COLLATE "refract_moment" DESC, "Author"."id" ASC LIMIT 2
--   $1 = '2001-02-05T04:05:06.000Z'
--   $2 = '2001-02-05T04:05:06.000Z'
--   $3 = 'cyd'

-- GET /api/v1/authors?order=preferences->>theme&limit=1
-- → 200
SELECT "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt", (CASE WHEN (json_valid("Author"."preferences")) THEN (CASE WHEN (json_type("Author"."preferences", '$."theme"') = 'true') THEN 'true' WHEN (json_type("Author"."preferences", '$."theme"') = 'false') THEN 'false' ELSE CAST(("Author"."preferences" ->> ('$."theme"')) AS text) END) END), "Author"."id" FROM "Author" AS "Author" WHERE TRUE ORDER BY (CASE WHEN (json_valid("Author"."preferences")) THEN (CASE WHEN (json_type("Author"."preferences", '$."theme"') = 'true') THEN 'true' WHEN (json_type("Author"."preferences", '$."theme"') = 'false') THEN 'false' ELSE CAST(("Author"."preferences" ->> ('$."theme"')) AS text) END) END) ASC NULLS LAST, "Author"."id" ASC LIMIT 2

-- GET /api/v1/authors?order=preferences->>theme&limit=1&cursor=@
-- → 200
SELECT "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt", "Author"."order 0", "Author"."id" FROM (SELECT * FROM (SELECT "Author".*, (CASE WHEN (json_valid("Author"."preferences")) THEN (CASE WHEN (json_type("Author"."preferences", '$."theme"') = 'true') THEN 'true' WHEN (json_type("Author"."preferences", '$."theme"') = 'false') THEN 'false' ELSE CAST(("Author"."preferences" ->> ('$."theme"')) AS text) END) END) AS "order 0" FROM "Author" AS "Author" WHERE TRUE AND (CASE WHEN (json_valid("Author"."preferences")) THEN (CASE WHEN (json_type("Author"."preferences", '$."theme"') = 'true') THEN 'true' WHEN (json_type("Author"."preferences", '$."theme"') = 'false') THEN 'false' ELSE CAST(("Author"."preferences" ->> ('$."theme"')) AS text) END) END) > ? ORDER BY (CASE WHEN (json_valid("Author"."preferences")) THEN (CASE WHEN (json_type("Author"."preferences", '$."theme"') = 'true') THEN 'true' WHEN (json_type("Author"."preferences", '$."theme"') = 'false') THEN 'false' ELSE CAST(("Author"."preferences" ->> ('$."theme"')) AS text) END) END) ASC NULLS LAST, "Author"."id" ASC LIMIT 2) AS "Author" UNION ALL SELECT * FROM (SELECT "Author".*, (CASE WHEN (json_valid("Author"."preferences")) THEN (CASE WHEN (json_type("Author"."preferences", '$."theme"') = 'true') THEN 'true' WHEN (json_type("Author"."preferences", '$."theme"') = 'false') THEN 'false' ELSE CAST(("Author"."preferences" ->> ('$."theme"')) AS text) END) END) AS "order 0" FROM "Author" AS "Author" WHERE TRUE AND (CASE WHEN (json_valid("Author"."preferences")) THEN (CASE WHEN (json_type("Author"."preferences", '$."theme"') = 'true') THEN 'true' WHEN (json_type("Author"."preferences", '$."theme"') = 'false') THEN 'false' ELSE CAST(("Author"."preferences" ->> ('$."theme"')) AS text) END) END) IS NULL ORDER BY (CASE WHEN (json_valid("Author"."preferences")) THEN (CASE WHEN (json_type("Author"."preferences", '$."theme"') = 'true') THEN 'true' WHEN (json_type("Author"."preferences", '$."theme"') = 'false') THEN 'false' ELSE CAST(("Author"."preferences" ->> ('$."theme"')) AS text) END) END) ASC NULLS LAST, "Author"."id" ASC LIMIT 2) AS "Author" UNION ALL SELECT * FROM (SELECT "Author".*, (CASE WHEN (json_valid("Author"."preferences")) THEN (CASE WHEN (json_type("Author"."preferences", '$."theme"') = 'true') THEN 'true' WHEN (json_type("Author"."preferences", '$."theme"') = 'false') THEN 'false' ELSE CAST(("Author"."preferences" ->> ('$."theme"')) AS text) END) END) AS "order 0" FROM "Author" AS "Author" WHERE TRUE AND ((CASE WHEN (json_valid("Author"."preferences")) THEN (CASE WHEN (json_type("Author"."preferences", '$."theme"') = 'true') THEN 'true' WHEN (json_type("Author"."preferences", '$."theme"') = 'false') THEN 'false' ELSE CAST(("Author"."preferences" ->> ('$."theme"')) AS text) END) END) = ? AND "Author"."id" > ?) ORDER BY (CASE WHEN (json_valid("Author"."preferences")) THEN (CASE WHEN (json_type("Author"."preferences", '$."theme"') = 'true') THEN 'true' WHEN (json_type("Author"."preferences", '$."theme"') = 'false') THEN 'false' ELSE CAST(("Author"."preferences" ->> ('$."theme"')) AS text) END) END) ASC NULLS LAST, "Author"."id" ASC LIMIT 2) AS "Author") AS "Author" ORDER BY "Author"."order 0" ASC NULLS LAST, "Author"."id" ASC LIMIT 2
--   $1 = 'dark'
--   $2 = 'dark'
--   $3 = 'ada'

---- With filters, embedded rows and a total

-- GET /api/v1/posts?words=gt.10&order=words&limit=1&count=exact
-- → 200
SELECT (SELECT COUNT(*) FROM "Post" AS "Post_1" WHERE "Post_1"."words" > ?), json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Post"."id"), quote("Post"."title"), quote("Post"."words"), quote("Post"."authorId"), quote("Post"."version"), quote("Post"."words"), quote("Post"."id")) AS "row" FROM "Post" AS "Post" WHERE "Post"."words" > ? ORDER BY "Post"."words" ASC, "Post"."id" ASC LIMIT 2) AS "rows"))
--   $1 = 10
--   $2 = 10

-- GET /api/v1/posts?words=gt.10&order=words&limit=1&count=exact&cursor=@
-- → 200
SELECT (SELECT COUNT(*) FROM "Post" AS "Post_1" WHERE "Post_1"."words" > ?), json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Post"."id"), quote("Post"."title"), quote("Post"."words"), quote("Post"."authorId"), quote("Post"."version"), quote("Post"."words"), quote("Post"."id")) AS "row" FROM "Post" AS "Post" WHERE "Post"."words" > ? AND ("Post"."words", "Post"."id") > (?, ?) ORDER BY "Post"."words" ASC, "Post"."id" ASC LIMIT 2) AS "rows"))
--   $1 = 10
--   $2 = 10
--   $3 = 20
--   $4 = 2

-- GET /api/v1/posts?select=title,author(name),tags(name)&order=title&limit=1
-- → 200
SELECT "Post"."title", json((SELECT json_array(quote("Author_1"."name")) FROM "Author" AS "Author_1" WHERE "Author_1"."id" = "Post"."authorId" AND TRUE)), json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Tag_1"."name")) AS "row" FROM "Tag" AS "Tag_1" INNER JOIN "_PostToTag" AS "_PostToTag" ON "_PostToTag"."B" = "Tag_1"."id" WHERE "_PostToTag"."A" = "Post"."id" AND TRUE ORDER BY "Tag_1"."id" ASC LIMIT 1001) AS "rows")), "Post"."title", "Post"."id" FROM (SELECT "Post".* FROM "Post" AS "Post" WHERE TRUE ORDER BY "Post"."title" ASC, "Post"."id" ASC LIMIT 2) AS "Post" ORDER BY "Post"."title" ASC, "Post"."id" ASC

-- GET /api/v1/posts?select=title,author(name),tags(name)&order=title&limit=1&cursor=@
-- → 200
SELECT "Post"."title", json((SELECT json_array(quote("Author_1"."name")) FROM "Author" AS "Author_1" WHERE "Author_1"."id" = "Post"."authorId" AND TRUE)), json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Tag_1"."name")) AS "row" FROM "Tag" AS "Tag_1" INNER JOIN "_PostToTag" AS "_PostToTag" ON "_PostToTag"."B" = "Tag_1"."id" WHERE "_PostToTag"."A" = "Post"."id" AND TRUE ORDER BY "Tag_1"."id" ASC LIMIT 1001) AS "rows")), "Post"."title", "Post"."id" FROM (SELECT "Post".* FROM "Post" AS "Post" WHERE TRUE AND ("Post"."title", "Post"."id") > (?, ?) ORDER BY "Post"."title" ASC, "Post"."id" ASC LIMIT 2) AS "Post" ORDER BY "Post"."title" ASC, "Post"."id" ASC
--   $1 = 'Four'
--   $2 = 4

-- GET /api/v1/posts?select=title,author(name)&order=author(name)&limit=1
-- → 200
SELECT "Post"."title", json((SELECT json_array(quote("Author_1"."name")) FROM "Author" AS "Author_1" WHERE "Author_1"."id" = "Post"."authorId" AND TRUE)), "Post"."order 0", "Post"."id" FROM (SELECT "Post".*, "Author_1_"."name" AS "order 0" FROM "Post" AS "Post" LEFT JOIN "Author" AS "Author_1_" ON "Author_1_"."id" = "Post"."authorId" AND TRUE WHERE TRUE ORDER BY "Author_1_"."name" ASC NULLS LAST, "Post"."id" ASC LIMIT 2) AS "Post" ORDER BY "Post"."order 0" ASC NULLS LAST, "Post"."id" ASC

-- GET /api/v1/posts?select=title,author(name)&order=author(name)&limit=1&cursor=@
-- → 200
SELECT "Post"."title", json((SELECT json_array(quote("Author_1"."name")) FROM "Author" AS "Author_1" WHERE "Author_1"."id" = "Post"."authorId" AND TRUE)), "Post"."order 0", "Post"."id" FROM (SELECT * FROM (SELECT "Post".*, "Author_1_"."name" AS "order 0" FROM "Post" AS "Post" LEFT JOIN "Author" AS "Author_1_" ON "Author_1_"."id" = "Post"."authorId" AND TRUE WHERE TRUE AND "Author_1_"."name" > ? ORDER BY "Author_1_"."name" ASC NULLS LAST, "Post"."id" ASC LIMIT 2) AS "Post" UNION ALL SELECT * FROM (SELECT "Post".*, "Author_1__"."name" AS "order 0" FROM "Post" AS "Post" LEFT JOIN "Author" AS "Author_1__" ON "Author_1__"."id" = "Post"."authorId" AND TRUE WHERE TRUE AND "Author_1__"."name" IS NULL ORDER BY "Author_1__"."name" ASC NULLS LAST, "Post"."id" ASC LIMIT 2) AS "Post" UNION ALL SELECT * FROM (SELECT "Post".*, "Author_1___"."name" AS "order 0" FROM "Post" AS "Post" LEFT JOIN "Author" AS "Author_1___" ON "Author_1___"."id" = "Post"."authorId" AND TRUE WHERE TRUE AND ("Author_1___"."name" = ? AND "Post"."id" > ?) ORDER BY "Author_1___"."name" ASC NULLS LAST, "Post"."id" ASC LIMIT 2) AS "Post") AS "Post" ORDER BY "Post"."order 0" ASC NULLS LAST, "Post"."id" ASC LIMIT 2
--   $1 = 'Ada'
--   $2 = 'Ada'
--   $3 = 1
