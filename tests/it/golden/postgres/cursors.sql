-- The statements of requests/cursors.http; `UPDATE_GOLDEN=1 cargo test --test it golden` writes them.

---- By key

-- GET /api/v1/posts?limit=1
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE TRUE ORDER BY "Post"."id" ASC LIMIT 2

-- GET /api/v1/posts?limit=1&cursor=@
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE "Post"."id" > $1 ORDER BY "Post"."id" ASC LIMIT 2
--   $1 = '1'

-- GET /api/v1/seats?limit=1
-- → 200
SELECT "Seat"."hall", "Seat"."number", "Seat"."ticket", "Seat"."taken" FROM "public"."Seat" WHERE TRUE ORDER BY "Seat"."hall" ASC, "Seat"."number" ASC LIMIT 2

-- GET /api/v1/seats?limit=1&cursor=@
-- → 200
SELECT "Seat"."hall", "Seat"."number", "Seat"."ticket", "Seat"."taken" FROM "public"."Seat" WHERE ("Seat"."hall", "Seat"."number") > ($1, $2) ORDER BY "Seat"."hall" ASC, "Seat"."number" ASC LIMIT 2
--   $1 = 'A'
--   $2 = '1'

---- By one column, ascending and descending

-- GET /api/v1/posts?order=title&limit=1
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE TRUE ORDER BY "Post"."title" ASC, "Post"."id" ASC LIMIT 2

-- GET /api/v1/posts?order=title&limit=1&cursor=@
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE ("Post"."title", "Post"."id") > ($1, $2) ORDER BY "Post"."title" ASC, "Post"."id" ASC LIMIT 2
--   $1 = 'Four'
--   $2 = '4'

-- GET /api/v1/posts?order=words.desc&limit=1
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE TRUE ORDER BY "Post"."words" DESC, "Post"."id" ASC LIMIT 2

-- GET /api/v1/posts?order=words.desc&limit=1&cursor=@
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version", "Post"."words", "Post"."id" FROM (SELECT * FROM (SELECT "Post".* FROM "public"."Post" AS "Post" WHERE TRUE AND "Post"."words" < $1 ORDER BY "Post"."words" DESC, "Post"."id" ASC LIMIT 2) AS "Post" UNION ALL (SELECT * FROM (SELECT "Post".* FROM "public"."Post" AS "Post" WHERE TRUE AND ("Post"."words" = $2 AND "Post"."id" > $3) ORDER BY "Post"."words" DESC, "Post"."id" ASC LIMIT 2) AS "Post")) AS "Post" ORDER BY "Post"."words" DESC, "Post"."id" ASC LIMIT 2
--   $1 = '300'
--   $2 = '300'
--   $3 = '3'

-- GET /api/v1/posts?order=id.desc&limit=1
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE TRUE ORDER BY "Post"."id" DESC LIMIT 2

-- GET /api/v1/posts?order=id.desc&limit=1&cursor=@
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE "Post"."id" < $1 ORDER BY "Post"."id" DESC LIMIT 2
--   $1 = '4'

---- Nulls last, then first

-- GET /api/v1/authors?order=name&limit=2
-- → 200
SELECT "Author"."id", "Author"."email", "Author"."name", CAST("Author"."role" AS text), "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "public"."Author" WHERE TRUE ORDER BY "Author"."name" ASC, "Author"."id" ASC LIMIT 3

-- GET /api/v1/authors?order=name&limit=1&cursor=@
-- → 200
SELECT "Author"."id", "Author"."email", "Author"."name", CAST("Author"."role" AS text), "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt", "Author"."name", "Author"."id" FROM (SELECT * FROM (SELECT "Author".* FROM "public"."Author" AS "Author" WHERE TRUE AND "Author"."name" > $1 ORDER BY "Author"."name" ASC, "Author"."id" ASC LIMIT 2) AS "Author" UNION ALL (SELECT * FROM (SELECT "Author".* FROM "public"."Author" AS "Author" WHERE TRUE AND "Author"."name" IS NULL ORDER BY "Author"."name" ASC, "Author"."id" ASC LIMIT 2) AS "Author") UNION ALL (SELECT * FROM (SELECT "Author".* FROM "public"."Author" AS "Author" WHERE TRUE AND ("Author"."name" = $2 AND "Author"."id" > $3) ORDER BY "Author"."name" ASC, "Author"."id" ASC LIMIT 2) AS "Author")) AS "Author" ORDER BY "Author"."name" ASC, "Author"."id" ASC LIMIT 2
--   $1 = 'Bob'
--   $2 = 'Bob'
--   $3 = 'bob'

-- GET /api/v1/authors?order=name.asc.nullsfirst&limit=1
-- → 200
SELECT "Author"."id", "Author"."email", "Author"."name", CAST("Author"."role" AS text), "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "public"."Author" WHERE TRUE ORDER BY "Author"."name" ASC NULLS FIRST, "Author"."id" ASC LIMIT 2

-- GET /api/v1/authors?order=name.asc.nullsfirst&limit=1&cursor=@
-- → 200
SELECT "Author"."id", "Author"."email", "Author"."name", CAST("Author"."role" AS text), "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt", "Author"."name", "Author"."id" FROM (SELECT * FROM (SELECT "Author".* FROM "public"."Author" AS "Author" WHERE TRUE AND "Author"."name" IS NOT NULL ORDER BY "Author"."name" ASC NULLS FIRST, "Author"."id" ASC LIMIT 2) AS "Author" UNION ALL (SELECT * FROM (SELECT "Author".* FROM "public"."Author" AS "Author" WHERE TRUE AND ("Author"."name" IS NULL AND "Author"."id" > $1) ORDER BY "Author"."name" ASC NULLS FIRST, "Author"."id" ASC LIMIT 2) AS "Author")) AS "Author" ORDER BY "Author"."name" ASC NULLS FIRST, "Author"."id" ASC LIMIT 2
--   $1 = 'cyd'

-- GET /api/v1/authors?order=name.desc.nullslast&limit=1
-- → 200
SELECT "Author"."id", "Author"."email", "Author"."name", CAST("Author"."role" AS text), "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "public"."Author" WHERE TRUE ORDER BY "Author"."name" DESC NULLS LAST, "Author"."id" ASC LIMIT 2

-- GET /api/v1/authors?order=name.desc.nullslast&limit=1&cursor=@
-- → 200
SELECT "Author"."id", "Author"."email", "Author"."name", CAST("Author"."role" AS text), "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt", "Author"."name", "Author"."id" FROM (SELECT * FROM (SELECT "Author".* FROM "public"."Author" AS "Author" WHERE TRUE AND "Author"."name" < $1 ORDER BY "Author"."name" DESC NULLS LAST, "Author"."id" ASC LIMIT 2) AS "Author" UNION ALL (SELECT * FROM (SELECT "Author".* FROM "public"."Author" AS "Author" WHERE TRUE AND "Author"."name" IS NULL ORDER BY "Author"."name" DESC NULLS LAST, "Author"."id" ASC LIMIT 2) AS "Author") UNION ALL (SELECT * FROM (SELECT "Author".* FROM "public"."Author" AS "Author" WHERE TRUE AND ("Author"."name" = $2 AND "Author"."id" > $3) ORDER BY "Author"."name" DESC NULLS LAST, "Author"."id" ASC LIMIT 2) AS "Author")) AS "Author" ORDER BY "Author"."name" DESC NULLS LAST, "Author"."id" ASC LIMIT 2
--   $1 = 'Bob'
--   $2 = 'Bob'
--   $3 = 'bob'

---- By several columns

-- GET /api/v1/authors?order=score,name,email&limit=1
-- → 200
SELECT "Author"."id", "Author"."email", "Author"."name", CAST("Author"."role" AS text), "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "public"."Author" WHERE TRUE ORDER BY "Author"."score" ASC, "Author"."name" ASC, "Author"."email" ASC, "Author"."id" ASC LIMIT 2

-- GET /api/v1/authors?order=score,name,email&limit=1&cursor=@
-- → 200
SELECT "Author"."id", "Author"."email", "Author"."name", CAST("Author"."role" AS text), "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt", "Author"."score", "Author"."name", "Author"."email", "Author"."id" FROM (SELECT * FROM (SELECT "Author".* FROM "public"."Author" AS "Author" WHERE TRUE AND "Author"."score" > $1 ORDER BY "Author"."score" ASC, "Author"."name" ASC, "Author"."email" ASC, "Author"."id" ASC LIMIT 2) AS "Author" UNION ALL (SELECT * FROM (SELECT "Author".* FROM "public"."Author" AS "Author" WHERE TRUE AND ("Author"."score" = $2 AND "Author"."name" > $3) ORDER BY "Author"."score" ASC, "Author"."name" ASC, "Author"."email" ASC, "Author"."id" ASC LIMIT 2) AS "Author") UNION ALL (SELECT * FROM (SELECT "Author".* FROM "public"."Author" AS "Author" WHERE TRUE AND ("Author"."score" = $4 AND "Author"."name" IS NULL) ORDER BY "Author"."score" ASC, "Author"."name" ASC, "Author"."email" ASC, "Author"."id" ASC LIMIT 2) AS "Author") UNION ALL (SELECT * FROM (SELECT "Author".* FROM "public"."Author" AS "Author" WHERE TRUE AND ("Author"."score" = $5 AND "Author"."name" = $6 AND "Author"."email" > $7) ORDER BY "Author"."score" ASC, "Author"."name" ASC, "Author"."email" ASC, "Author"."id" ASC LIMIT 2) AS "Author") UNION ALL (SELECT * FROM (SELECT "Author".* FROM "public"."Author" AS "Author" WHERE TRUE AND ("Author"."score" = $8 AND "Author"."name" = $9 AND "Author"."email" = $10 AND "Author"."id" > $11) ORDER BY "Author"."score" ASC, "Author"."name" ASC, "Author"."email" ASC, "Author"."id" ASC LIMIT 2) AS "Author")) AS "Author" ORDER BY "Author"."score" ASC, "Author"."name" ASC, "Author"."email" ASC, "Author"."id" ASC LIMIT 2
--   $1 = '7'
--   $2 = '7'
--   $3 = 'Bob'
--   $4 = '7'
--   $5 = '7'
--   $6 = 'Bob'
--   $7 = 'bob@example.com'
--   $8 = '7'
--   $9 = 'Bob'
--   $10 = 'bob@example.com'
--   $11 = 'bob'

-- GET /api/v1/authors?order=score.desc,email&limit=1
-- → 200
SELECT "Author"."id", "Author"."email", "Author"."name", CAST("Author"."role" AS text), "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "public"."Author" WHERE TRUE ORDER BY "Author"."score" DESC, "Author"."email" ASC, "Author"."id" ASC LIMIT 2

-- GET /api/v1/authors?order=score.desc,email&limit=1&cursor=@
-- → 200
SELECT "Author"."id", "Author"."email", "Author"."name", CAST("Author"."role" AS text), "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt", "Author"."score", "Author"."email", "Author"."id" FROM (SELECT * FROM (SELECT "Author".* FROM "public"."Author" AS "Author" WHERE TRUE AND "Author"."score" < $1 ORDER BY "Author"."score" DESC, "Author"."email" ASC, "Author"."id" ASC LIMIT 2) AS "Author" UNION ALL (SELECT * FROM (SELECT "Author".* FROM "public"."Author" AS "Author" WHERE TRUE AND ("Author"."score" = $2 AND "Author"."email" > $3) ORDER BY "Author"."score" DESC, "Author"."email" ASC, "Author"."id" ASC LIMIT 2) AS "Author") UNION ALL (SELECT * FROM (SELECT "Author".* FROM "public"."Author" AS "Author" WHERE TRUE AND ("Author"."score" = $4 AND "Author"."email" = $5 AND "Author"."id" > $6) ORDER BY "Author"."score" DESC, "Author"."email" ASC, "Author"."id" ASC LIMIT 2) AS "Author")) AS "Author" ORDER BY "Author"."score" DESC, "Author"."email" ASC, "Author"."id" ASC LIMIT 2
--   $1 = '9'
--   $2 = '9'
--   $3 = 'ada@example.com'
--   $4 = '9'
--   $5 = 'ada@example.com'
--   $6 = 'ada'

-- GET /api/v1/authors?order=score.desc,name.asc.nullsfirst,createdAt.desc&limit=1
-- → 200
SELECT "Author"."id", "Author"."email", "Author"."name", CAST("Author"."role" AS text), "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "public"."Author" WHERE TRUE ORDER BY "Author"."score" DESC, "Author"."name" ASC NULLS FIRST, "Author"."createdAt" DESC, "Author"."id" ASC LIMIT 2

-- GET /api/v1/authors?order=score.desc,name.asc.nullsfirst,createdAt.desc&limit=1&cursor=@
-- → 200
SELECT "Author"."id", "Author"."email", "Author"."name", CAST("Author"."role" AS text), "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt", "Author"."score", "Author"."name", "Author"."createdAt", "Author"."id" FROM (SELECT * FROM (SELECT "Author".* FROM "public"."Author" AS "Author" WHERE TRUE AND "Author"."score" < $1 ORDER BY "Author"."score" DESC, "Author"."name" ASC NULLS FIRST, "Author"."createdAt" DESC, "Author"."id" ASC LIMIT 2) AS "Author" UNION ALL (SELECT * FROM (SELECT "Author".* FROM "public"."Author" AS "Author" WHERE TRUE AND ("Author"."score" = $2 AND "Author"."name" > $3) ORDER BY "Author"."score" DESC, "Author"."name" ASC NULLS FIRST, "Author"."createdAt" DESC, "Author"."id" ASC LIMIT 2) AS "Author") UNION ALL (SELECT * FROM (SELECT "Author".* FROM "public"."Author" AS "Author" WHERE TRUE AND ("Author"."score" = $4 AND "Author"."name" = $5 AND "Author"."createdAt" < $6) ORDER BY "Author"."score" DESC, "Author"."name" ASC NULLS FIRST, "Author"."createdAt" DESC, "Author"."id" ASC LIMIT 2) AS "Author") UNION ALL (SELECT * FROM (SELECT "Author".* FROM "public"."Author" AS "Author" WHERE TRUE AND ("Author"."score" = $7 AND "Author"."name" = $8 AND "Author"."createdAt" = $9 AND "Author"."id" > $10) ORDER BY "Author"."score" DESC, "Author"."name" ASC NULLS FIRST, "Author"."createdAt" DESC, "Author"."id" ASC LIMIT 2) AS "Author")) AS "Author" ORDER BY "Author"."score" DESC, "Author"."name" ASC NULLS FIRST, "Author"."createdAt" DESC, "Author"."id" ASC LIMIT 2
--   $1 = '9'
--   $2 = '9'
--   $3 = 'Ada'
--   $4 = '9'
--   $5 = 'Ada'
--   $6 = '2001-02-03T04:05:06.000Z'
--   $7 = '9'
--   $8 = 'Ada'
--   $9 = '2001-02-03T04:05:06.000Z'
--   $10 = 'ada'

---- By a moment and by a path into JSON

-- GET /api/v1/authors?order=createdAt.desc&limit=1
-- → 200
SELECT "Author"."id", "Author"."email", "Author"."name", CAST("Author"."role" AS text), "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "public"."Author" WHERE TRUE ORDER BY "Author"."createdAt" DESC, "Author"."id" ASC LIMIT 2

-- GET /api/v1/authors?order=createdAt.desc&limit=1&cursor=@
-- → 200
SELECT "Author"."id", "Author"."email", "Author"."name", CAST("Author"."role" AS text), "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt", "Author"."createdAt", "Author"."id" FROM (SELECT * FROM (SELECT "Author".* FROM "public"."Author" AS "Author" WHERE TRUE AND "Author"."createdAt" < $1 ORDER BY "Author"."createdAt" DESC, "Author"."id" ASC LIMIT 2) AS "Author" UNION ALL (SELECT * FROM (SELECT "Author".* FROM "public"."Author" AS "Author" WHERE TRUE AND ("Author"."createdAt" = $2 AND "Author"."id" > $3) ORDER BY "Author"."createdAt" DESC, "Author"."id" ASC LIMIT 2) AS "Author")) AS "Author" ORDER BY "Author"."createdAt" DESC, "Author"."id" ASC LIMIT 2
--   $1 = '2001-02-05T04:05:06.000Z'
--   $2 = '2001-02-05T04:05:06.000Z'
--   $3 = 'cyd'

-- GET /api/v1/authors?order=preferences->>theme&limit=1
-- → 200
SELECT "Author"."id", "Author"."email", "Author"."name", CAST("Author"."role" AS text), "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt", "Author"."preferences" ->> ('theme'), "Author"."id" FROM "public"."Author" AS "Author" WHERE TRUE ORDER BY "Author"."preferences" ->> ('theme') ASC, "Author"."id" ASC LIMIT 2

-- GET /api/v1/authors?order=preferences->>theme&limit=1&cursor=@
-- → 200
SELECT "Author"."id", "Author"."email", "Author"."name", CAST("Author"."role" AS text), "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt", "Author"."order 0", "Author"."id" FROM (SELECT * FROM (SELECT "Author".*, "Author"."preferences" ->> ('theme') AS "order 0" FROM "public"."Author" AS "Author" WHERE TRUE AND ("Author"."preferences" ->> ('theme')) > $1 ORDER BY "Author"."preferences" ->> ('theme') ASC, "Author"."id" ASC LIMIT 2) AS "Author" UNION ALL (SELECT * FROM (SELECT "Author".*, "Author"."preferences" ->> ('theme') AS "order 0" FROM "public"."Author" AS "Author" WHERE TRUE AND ("Author"."preferences" ->> ('theme')) IS NULL ORDER BY "Author"."preferences" ->> ('theme') ASC, "Author"."id" ASC LIMIT 2) AS "Author") UNION ALL (SELECT * FROM (SELECT "Author".*, "Author"."preferences" ->> ('theme') AS "order 0" FROM "public"."Author" AS "Author" WHERE TRUE AND (("Author"."preferences" ->> ('theme')) = $2 AND "Author"."id" > $3) ORDER BY "Author"."preferences" ->> ('theme') ASC, "Author"."id" ASC LIMIT 2) AS "Author")) AS "Author" ORDER BY "Author"."order 0" ASC, "Author"."id" ASC LIMIT 2
--   $1 = 'dark'
--   $2 = 'dark'
--   $3 = 'ada'

---- With filters, embedded rows and a total

-- GET /api/v1/posts?words=gt.10&order=words&limit=1&count=exact
-- → 200
SELECT (SELECT COUNT(*) FROM "public"."Post" AS "Post_1" WHERE "Post_1"."words" > $1), ARRAY((SELECT ROW("Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version", "Post"."words", "Post"."id") FROM "public"."Post" AS "Post" WHERE "Post"."words" > $2 ORDER BY "Post"."words" ASC, "Post"."id" ASC LIMIT 2))
--   $1 = '10'
--   $2 = '10'

-- GET /api/v1/posts?words=gt.10&order=words&limit=1&count=exact&cursor=@
-- → 200
SELECT (SELECT COUNT(*) FROM "public"."Post" AS "Post_1" WHERE "Post_1"."words" > $1), ARRAY((SELECT ROW("Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version", "Post"."words", "Post"."id") FROM "public"."Post" AS "Post" WHERE "Post"."words" > $2 AND ("Post"."words", "Post"."id") > ($3, $4) ORDER BY "Post"."words" ASC, "Post"."id" ASC LIMIT 2))
--   $1 = '10'
--   $2 = '10'
--   $3 = '20'
--   $4 = '2'

-- GET /api/v1/posts?select=title,author(name),tags(name)&order=title&limit=1
-- → 200
SELECT "Post"."title", (SELECT ROW("Author_1"."name") FROM "public"."Author" AS "Author_1" WHERE "Author_1"."id" = "Post"."authorId" AND TRUE), ARRAY((SELECT ROW("Tag_1"."name") FROM "public"."Tag" AS "Tag_1" INNER JOIN "public"."_PostToTag" AS "_PostToTag" ON "_PostToTag"."B" = "Tag_1"."id" WHERE "_PostToTag"."A" = "Post"."id" AND TRUE ORDER BY "Tag_1"."id" ASC LIMIT 1001)), "Post"."title", "Post"."id" FROM (SELECT "Post".* FROM "public"."Post" AS "Post" WHERE TRUE ORDER BY "Post"."title" ASC, "Post"."id" ASC LIMIT 2) AS "Post" ORDER BY "Post"."title" ASC, "Post"."id" ASC

-- GET /api/v1/posts?select=title,author(name),tags(name)&order=title&limit=1&cursor=@
-- → 200
SELECT "Post"."title", (SELECT ROW("Author_1"."name") FROM "public"."Author" AS "Author_1" WHERE "Author_1"."id" = "Post"."authorId" AND TRUE), ARRAY((SELECT ROW("Tag_1"."name") FROM "public"."Tag" AS "Tag_1" INNER JOIN "public"."_PostToTag" AS "_PostToTag" ON "_PostToTag"."B" = "Tag_1"."id" WHERE "_PostToTag"."A" = "Post"."id" AND TRUE ORDER BY "Tag_1"."id" ASC LIMIT 1001)), "Post"."title", "Post"."id" FROM (SELECT "Post".* FROM "public"."Post" AS "Post" WHERE TRUE AND ("Post"."title", "Post"."id") > ($1, $2) ORDER BY "Post"."title" ASC, "Post"."id" ASC LIMIT 2) AS "Post" ORDER BY "Post"."title" ASC, "Post"."id" ASC
--   $1 = 'Four'
--   $2 = '4'

-- GET /api/v1/posts?select=title,author(name)&order=author(name)&limit=1
-- → 200
SELECT "Post"."title", (SELECT ROW("Author_1"."name") FROM "public"."Author" AS "Author_1" WHERE "Author_1"."id" = "Post"."authorId" AND TRUE), "Post"."order 0", "Post"."id" FROM (SELECT "Post".*, "Author_1_"."name" AS "order 0" FROM "public"."Post" AS "Post" LEFT JOIN "public"."Author" AS "Author_1_" ON "Author_1_"."id" = "Post"."authorId" AND TRUE WHERE TRUE ORDER BY "Author_1_"."name" ASC, "Post"."id" ASC LIMIT 2) AS "Post" ORDER BY "Post"."order 0" ASC, "Post"."id" ASC

-- GET /api/v1/posts?select=title,author(name)&order=author(name)&limit=1&cursor=@
-- → 200
SELECT "Post"."title", (SELECT ROW("Author_1"."name") FROM "public"."Author" AS "Author_1" WHERE "Author_1"."id" = "Post"."authorId" AND TRUE), "Post"."order 0", "Post"."id" FROM (SELECT * FROM (SELECT "Post".*, "Author_1_"."name" AS "order 0" FROM "public"."Post" AS "Post" LEFT JOIN "public"."Author" AS "Author_1_" ON "Author_1_"."id" = "Post"."authorId" AND TRUE WHERE TRUE AND "Author_1_"."name" > $1 ORDER BY "Author_1_"."name" ASC, "Post"."id" ASC LIMIT 2) AS "Post" UNION ALL (SELECT * FROM (SELECT "Post".*, "Author_1__"."name" AS "order 0" FROM "public"."Post" AS "Post" LEFT JOIN "public"."Author" AS "Author_1__" ON "Author_1__"."id" = "Post"."authorId" AND TRUE WHERE TRUE AND "Author_1__"."name" IS NULL ORDER BY "Author_1__"."name" ASC, "Post"."id" ASC LIMIT 2) AS "Post") UNION ALL (SELECT * FROM (SELECT "Post".*, "Author_1___"."name" AS "order 0" FROM "public"."Post" AS "Post" LEFT JOIN "public"."Author" AS "Author_1___" ON "Author_1___"."id" = "Post"."authorId" AND TRUE WHERE TRUE AND ("Author_1___"."name" = $2 AND "Post"."id" > $3) ORDER BY "Author_1___"."name" ASC, "Post"."id" ASC LIMIT 2) AS "Post")) AS "Post" ORDER BY "Post"."order 0" ASC, "Post"."id" ASC LIMIT 2
--   $1 = 'Ada'
--   $2 = 'Ada'
--   $3 = '1'
