-- The statements of requests/nested_creates.http; `UPDATE_GOLDEN=1 cargo test --test it golden` writes them.

---- To one

-- POST /api/v1/posts {"title": "t", "author": {"connect": {"email": "ada@example.com"}}}
-- → 201
WITH "p0" ("c0") AS (SELECT "id" FROM "public"."Author" WHERE "Author"."email" = $1 FOR KEY SHARE) , "p1" ("o0", "o1", "o2", "o3", "o4") AS (INSERT INTO "public"."Post" ("title", "authorId") VALUES ($2, (SELECT "c0" FROM "p0")) RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version") SELECT "o0", "o1", "o2", "o3", "o4" FROM "p1" WHERE 1 / ((SELECT count(*) FROM "p0") * (SELECT count(*) FROM "p1")) >= 0
--   $1 = 'ada@example.com'
--   $2 = 't'

-- POST /api/v1/posts {"title": "t", "author": {"connect": {"id": "ada"}}}
-- → 201
WITH "p0" ("c0") AS (SELECT "id" FROM "public"."Author" WHERE "Author"."id" = $1 FOR KEY SHARE) , "p1" ("o0", "o1", "o2", "o3", "o4") AS (INSERT INTO "public"."Post" ("title", "authorId") VALUES ($2, (SELECT "c0" FROM "p0")) RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version") SELECT "o0", "o1", "o2", "o3", "o4" FROM "p1" WHERE 1 / ((SELECT count(*) FROM "p0") * (SELECT count(*) FROM "p1")) >= 0
--   $1 = 'ada'
--   $2 = 't'

-- POST /api/v1/posts {"title": "t", "author": {"create": {"email": "n1@example.com"}}}
-- → 201
WITH "p0" ("c0") AS (INSERT INTO "public"."Author" ("id", "email", "createdAt", "updatedAt") VALUES ($1, $2, $3, $4) RETURNING "id") , "p1" ("o0", "o1", "o2", "o3", "o4") AS (INSERT INTO "public"."Post" ("title", "authorId") VALUES ($5, (SELECT "c0" FROM "p0")) RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version") SELECT "o0", "o1", "o2", "o3", "o4" FROM "p1" WHERE 1 / ((SELECT count(*) FROM "p0") * (SELECT count(*) FROM "p1")) >= 0
--   $1 = '«cuid 1»'
--   $2 = 'n1@example.com'
--   $3 = '«now 0000-00-00T00:00:00.000»Z'
--   $4 = '«now 0000-00-00T00:00:00.000»Z'
--   $5 = 't'

-- POST /api/v1/posts {"title": "t", "author": {"connectOrCreate": {"where": {"email": "n1@example.com"}, "create": {"email": "n1@example.com"}}}}
-- → 201
BEGIN ISOLATION LEVEL READ COMMITTED
SELECT "Author"."id", "Author"."email", "Author"."name", CAST("Author"."role" AS text), "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "public"."Author" WHERE "Author"."email" = $1 FOR KEY SHARE
--   $1 = 'n1@example.com'
INSERT INTO "public"."Post" ("title", "authorId") VALUES ($1, $2) RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = 't'
--   $2 = '«cuid 1»'
COMMIT

-- POST /api/v1/posts {"title": "t", "author": {"connectOrCreate": {"where": {"email": "n2@example.com"}, "create": {"email": "n2@example.com"}}}}
-- → 201
BEGIN ISOLATION LEVEL READ COMMITTED
SELECT "Author"."id", "Author"."email", "Author"."name", CAST("Author"."role" AS text), "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "public"."Author" WHERE "Author"."email" = $1 FOR KEY SHARE
--   $1 = 'n2@example.com'
INSERT INTO "public"."Author" ("id", "email", "createdAt", "updatedAt") VALUES ($1, $2, $3, $4) ON CONFLICT ("email") DO NOTHING RETURNING "Author"."id", "Author"."email", "Author"."name", CAST("Author"."role" AS text), "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt"
--   $1 = '«cuid 2»'
--   $2 = 'n2@example.com'
--   $3 = '«now 0000-00-00T00:00:00.000»Z'
--   $4 = '«now 0000-00-00T00:00:00.000»Z'
INSERT INTO "public"."Post" ("title", "authorId") VALUES ($1, $2) RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = 't'
--   $2 = '«cuid 2»'
COMMIT

-- POST /api/v1/posts {"title": "t", "author": {"create": {"email": "n3@example.com", "profile": {"create": {"bio": "b"}}}}}
-- → 201
WITH "p0" ("c0") AS (INSERT INTO "public"."Author" ("id", "email", "createdAt", "updatedAt") VALUES ($1, $2, $3, $4) RETURNING "id") , "p1" AS (INSERT INTO "public"."Profile" ("bio", "authorId") VALUES ($5, (SELECT "c0" FROM "p0")) RETURNING 1) , "p2" ("o0", "o1", "o2", "o3", "o4") AS (INSERT INTO "public"."Post" ("title", "authorId") VALUES ($6, (SELECT "c0" FROM "p0")) RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version") SELECT "o0", "o1", "o2", "o3", "o4" FROM "p2" WHERE 1 / ((SELECT count(*) FROM "p0") * (SELECT count(*) FROM "p1") * (SELECT count(*) FROM "p2")) >= 0
--   $1 = '«cuid 3»'
--   $2 = 'n3@example.com'
--   $3 = '«now 0000-00-00T00:00:00.000»Z'
--   $4 = '«now 0000-00-00T00:00:00.000»Z'
--   $5 = 'b'
--   $6 = 't'

---- To many

-- POST /api/v1/posts {"title": "t", "comments": {"create": {"text": "a"}}}
-- → 201
WITH "p0" ("o0", "o1", "o2", "o3", "o4", "c0") AS (INSERT INTO "public"."Post" ("title") VALUES ($1) RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version", "id") , "p1" AS (INSERT INTO "public"."Comment" ("text", "postId") VALUES ($2, (SELECT "c0" FROM "p0")) RETURNING 1) SELECT "o0", "o1", "o2", "o3", "o4" FROM "p0" WHERE 1 / ((SELECT count(*) FROM "p0") * (SELECT count(*) FROM "p1")) >= 0
--   $1 = 't'
--   $2 = 'a'

-- POST /api/v1/posts {"title": "t", "comments": {"create": [{"text": "a"}, {"text": "b", "authorId": "ada"}]}}
-- → 201
WITH "p0" ("o0", "o1", "o2", "o3", "o4", "c0") AS (INSERT INTO "public"."Post" ("title") VALUES ($1) RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version", "id") , "p1" AS (INSERT INTO "public"."Comment" ("text", "authorId", "postId") SELECT "rows"."text", "rows"."authorId", (SELECT "c0" FROM "p0") FROM json_populate_recordset(NULL::"public"."Comment", $2) AS "rows" RETURNING 1) SELECT "o0", "o1", "o2", "o3", "o4" FROM "p0" WHERE (1 / ((SELECT count(*) FROM "p0")) >= 0) AND (1 / ((SELECT count(*) FROM "p1") / $3) >= 0)
--   $1 = 't'
--   $2 = '[{"text":"a","authorId":null},{"text":"b","authorId":"ada"}]'
--   $3 = '2'

-- POST /api/v1/posts {"title": "t", "comments": {"createMany": {"data": [{"text": "a"}, {"text": "b"}]}}}
-- → 201
WITH "p0" ("o0", "o1", "o2", "o3", "o4", "c0") AS (INSERT INTO "public"."Post" ("title") VALUES ($1) RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version", "id") , "p1" AS (INSERT INTO "public"."Comment" ("text", "postId") SELECT "rows"."text", (SELECT "c0" FROM "p0") FROM json_populate_recordset(NULL::"public"."Comment", $2) AS "rows" RETURNING 1) SELECT "o0", "o1", "o2", "o3", "o4" FROM "p0" WHERE (1 / ((SELECT count(*) FROM "p0")) >= 0) AND (1 / ((SELECT count(*) FROM "p1") / $3) >= 0)
--   $1 = 't'
--   $2 = '[{"text":"a"},{"text":"b"}]'
--   $3 = '2'

-- POST /api/v1/posts {"title": "t", "comments": {"connect": [{"id": 1}, {"id": 2}]}}
-- → 201
BEGIN ISOLATION LEVEL READ COMMITTED
INSERT INTO "public"."Post" ("title") VALUES ($1) RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = 't'
UPDATE "public"."Comment" SET "postId" = $1 WHERE "Comment"."id" = $2 RETURNING 1
--   $1 = '14'
--   $2 = '1'
UPDATE "public"."Comment" SET "postId" = $1 WHERE "Comment"."id" = $2 RETURNING 1
--   $1 = '14'
--   $2 = '2'
COMMIT

-- POST /api/v1/posts {"title": "t", "comments": {"connectOrCreate": {"where": {"id": 3}, "create": {"text": "c"}}}}
-- → 201
BEGIN ISOLATION LEVEL READ COMMITTED
INSERT INTO "public"."Post" ("title") VALUES ($1) RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = 't'
UPDATE "public"."Comment" SET "postId" = $1 WHERE "Comment"."id" = $2 RETURNING 1
--   $1 = '15'
--   $2 = '3'
COMMIT

-- POST /api/v1/authors {"email": "n4@example.com", "profile": {"create": {"bio": "b"}}, "posts": {"create": [{"title": "1"}, {"title": "2"}]}}
-- → 201
WITH "p0" ("o0", "o1", "o2", "o3", "o4", "o5", "o6", "o7", "o8", "o9", "c0") AS (INSERT INTO "public"."Author" ("id", "email", "createdAt", "updatedAt") VALUES ($1, $2, $3, $4) RETURNING "Author"."id", "Author"."email", "Author"."name", CAST("Author"."role" AS text), "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt", "id") , "p1" AS (INSERT INTO "public"."Post" ("title", "authorId") SELECT "rows"."title", (SELECT "c0" FROM "p0") FROM json_populate_recordset(NULL::"public"."Post", $5) AS "rows" RETURNING 1) , "p2" AS (INSERT INTO "public"."Profile" ("bio", "authorId") VALUES ($6, (SELECT "c0" FROM "p0")) RETURNING 1) SELECT "o0", "o1", "o2", "o3", "o4", "o5", "o6", "o7", "o8", "o9" FROM "p0" WHERE (1 / ((SELECT count(*) FROM "p0") * (SELECT count(*) FROM "p2")) >= 0) AND (1 / ((SELECT count(*) FROM "p1") / $7) >= 0)
--   $1 = '«cuid 4»'
--   $2 = 'n4@example.com'
--   $3 = '«now 0000-00-00T00:00:00.000»Z'
--   $4 = '«now 0000-00-00T00:00:00.000»Z'
--   $5 = '[{"title":"1"},{"title":"2"}]'
--   $6 = 'b'
--   $7 = '2'

-- POST /api/v1/tags {"name": "many", "posts": {"create": [{"title": "p", "comments": {"create": {"text": "deep"}}}]}}
-- → 201
WITH "p0" ("o0", "o1", "c0") AS (INSERT INTO "public"."Tag" ("name") VALUES ($1) RETURNING "Tag"."id", "Tag"."name", "id") , "p1" ("c0") AS (INSERT INTO "public"."Post" ("title") VALUES ($2) RETURNING "id") , "p2" AS (INSERT INTO "public"."Comment" ("text", "postId") VALUES ($3, (SELECT "c0" FROM "p1")) RETURNING 1) , "p3" AS (INSERT INTO "public"."_PostToTag" ("B", "A") SELECT "p0"."c0", "p1"."c0" FROM "p0", "p1" ON CONFLICT  DO NOTHING RETURNING 1) SELECT "o0", "o1" FROM "p0" WHERE 1 / ((SELECT count(*) FROM "p0") * (SELECT count(*) FROM "p1") * (SELECT count(*) FROM "p2") * (SELECT count(*) FROM "p3")) >= 0
--   $1 = 'many'
--   $2 = 'p'
--   $3 = 'deep'

---- Many to many

-- POST /api/v1/posts {"title": "t", "tags": {"connect": [{"name": "red"}, {"name": "blue"}]}}
-- → 201
WITH "p0" ("o0", "o1", "o2", "o3", "o4", "c0") AS (INSERT INTO "public"."Post" ("title") VALUES ($1) RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version", "id") , "p1" ("c0") AS (SELECT "id" FROM "public"."Tag" WHERE "Tag"."name" = $2 FOR KEY SHARE) , "p2" AS (INSERT INTO "public"."_PostToTag" ("A", "B") SELECT "p0"."c0", "p1"."c0" FROM "p0", "p1" ON CONFLICT  DO NOTHING RETURNING 1) , "p3" ("c0") AS (SELECT "id" FROM "public"."Tag" WHERE "Tag"."name" = $3 FOR KEY SHARE) , "p4" AS (INSERT INTO "public"."_PostToTag" ("A", "B") SELECT "p0"."c0", "p3"."c0" FROM "p0", "p3" ON CONFLICT  DO NOTHING RETURNING 1) SELECT "o0", "o1", "o2", "o3", "o4" FROM "p0" WHERE 1 / ((SELECT count(*) FROM "p0") * (SELECT count(*) FROM "p1") * (SELECT count(*) FROM "p2") * (SELECT count(*) FROM "p3") * (SELECT count(*) FROM "p4")) >= 0
--   $1 = 't'
--   $2 = 'red'
--   $3 = 'blue'

-- POST /api/v1/posts {"title": "t", "tags": {"connect": {"id": 1}}}
-- → 201
WITH "p0" ("o0", "o1", "o2", "o3", "o4", "c0") AS (INSERT INTO "public"."Post" ("title") VALUES ($1) RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version", "id") , "p1" ("c0") AS (SELECT "id" FROM "public"."Tag" WHERE "Tag"."id" = $2 FOR KEY SHARE) , "p2" AS (INSERT INTO "public"."_PostToTag" ("A", "B") SELECT "p0"."c0", "p1"."c0" FROM "p0", "p1" ON CONFLICT  DO NOTHING RETURNING 1) SELECT "o0", "o1", "o2", "o3", "o4" FROM "p0" WHERE 1 / ((SELECT count(*) FROM "p0") * (SELECT count(*) FROM "p1") * (SELECT count(*) FROM "p2")) >= 0
--   $1 = 't'
--   $2 = '1'

-- POST /api/v1/posts {"title": "t", "tags": {"create": [{"name": "t1"}, {"name": "t2"}]}}
-- → 201
WITH "p0" ("o0", "o1", "o2", "o3", "o4", "c0") AS (INSERT INTO "public"."Post" ("title") VALUES ($1) RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version", "id") , "p1" ("c0") AS (INSERT INTO "public"."Tag" ("name") SELECT "rows"."name" FROM json_populate_recordset(NULL::"public"."Tag", $2) AS "rows" RETURNING "id") , "p2" AS (INSERT INTO "public"."_PostToTag" ("A", "B") SELECT "p0"."c0", "p1"."c0" FROM "p0", "p1" ON CONFLICT  DO NOTHING RETURNING 1) SELECT "o0", "o1", "o2", "o3", "o4" FROM "p0" WHERE (1 / ((SELECT count(*) FROM "p0")) >= 0) AND (1 / ((SELECT count(*) FROM "p1") / $3) >= 0) AND (1 / ((SELECT count(*) FROM "p2") / $4) >= 0)
--   $1 = 't'
--   $2 = '[{"name":"t1"},{"name":"t2"}]'
--   $3 = '2'
--   $4 = '2'

-- POST /api/v1/posts {"title": "t", "tags": {"connectOrCreate": [{"where": {"name": "red"}, "create": {"name": "red"}}, {"where": {"name": "t3"}, "create": {"name": "t3"}}]}}
-- → 201
BEGIN ISOLATION LEVEL READ COMMITTED
INSERT INTO "public"."Post" ("title") VALUES ($1) RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = 't'
SELECT "Tag"."id", "Tag"."name" FROM "public"."Tag" WHERE "Tag"."name" = $1 FOR KEY SHARE
--   $1 = 'red'
INSERT INTO "public"."_PostToTag" ("A", "B") VALUES ($1, $2) ON CONFLICT  DO NOTHING RETURNING 1
--   $1 = '22'
--   $2 = '1'
SELECT "Tag"."id", "Tag"."name" FROM "public"."Tag" WHERE "Tag"."name" = $1 FOR KEY SHARE
--   $1 = 't3'
INSERT INTO "public"."Tag" ("name") VALUES ($1) ON CONFLICT ("name") DO NOTHING RETURNING "Tag"."id", "Tag"."name"
--   $1 = 't3'
INSERT INTO "public"."_PostToTag" ("A", "B") VALUES ($1, $2) ON CONFLICT  DO NOTHING RETURNING 1
--   $1 = '22'
--   $2 = '7'
COMMIT

---- All together, and what is shown of it

-- POST /api/v1/posts {"title": "t", "author": {"create": {"email": "n5@example.com"}}, "tags": {"create": {"name": "t4"}, "connect": {"name": "red"}}, "comments": {"create": [{"text": "c1"}, {"text": "c2", "author": {"create": {"email": "n6@example.com"}}}]}}
-- → 201
BEGIN ISOLATION LEVEL READ COMMITTED
INSERT INTO "public"."Author" ("id", "email", "createdAt", "updatedAt") VALUES ($1, $2, $3, $4) RETURNING "Author"."id", "Author"."email", "Author"."name", CAST("Author"."role" AS text), "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt"
--   $1 = '«cuid 5»'
--   $2 = 'n5@example.com'
--   $3 = '«now 0000-00-00T00:00:00.000»Z'
--   $4 = '«now 0000-00-00T00:00:00.000»Z'
INSERT INTO "public"."Post" ("title", "authorId") VALUES ($1, $2) RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = 't'
--   $2 = '«cuid 5»'
INSERT INTO "public"."Comment" ("text", "postId") VALUES ($1, $2) RETURNING "Comment"."id", "Comment"."text", "Comment"."postId", "Comment"."authorId"
--   $1 = 'c1'
--   $2 = '23'
INSERT INTO "public"."Author" ("id", "email", "createdAt", "updatedAt") VALUES ($1, $2, $3, $4) RETURNING "Author"."id", "Author"."email", "Author"."name", CAST("Author"."role" AS text), "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt"
--   $1 = '«cuid 6»'
--   $2 = 'n6@example.com'
--   $3 = '«now 0000-00-00T00:00:00.000»Z'
--   $4 = '«now 0000-00-00T00:00:00.000»Z'
INSERT INTO "public"."Comment" ("text", "postId", "authorId") VALUES ($1, $2, $3) RETURNING "Comment"."id", "Comment"."text", "Comment"."postId", "Comment"."authorId"
--   $1 = 'c2'
--   $2 = '23'
--   $3 = '«cuid 6»'
SELECT "Tag"."id", "Tag"."name" FROM "public"."Tag" WHERE "Tag"."name" = $1 FOR KEY SHARE
--   $1 = 'red'
INSERT INTO "public"."_PostToTag" ("A", "B") VALUES ($1, $2) ON CONFLICT  DO NOTHING RETURNING 1
--   $1 = '23'
--   $2 = '1'
INSERT INTO "public"."Tag" ("name") VALUES ($1) RETURNING "Tag"."id", "Tag"."name"
--   $1 = 't4'
INSERT INTO "public"."_PostToTag" ("A", "B") VALUES ($1, $2) ON CONFLICT  DO NOTHING RETURNING 1
--   $1 = '23'
--   $2 = '8'
COMMIT

-- POST /api/v1/posts?select=title,author(email),tags(name) {"title": "t", "author": {"connect": {"id": "bob"}}, "tags": {"connect": {"name": "red"}}}
-- → 201
BEGIN ISOLATION LEVEL READ COMMITTED
WITH "p0" ("c0") AS (SELECT "id" FROM "public"."Author" WHERE "Author"."id" = $1 FOR KEY SHARE) , "p1" ("o0", "o1", "o2", "o3", "o4", "c0") AS (INSERT INTO "public"."Post" ("title", "authorId") VALUES ($2, (SELECT "c0" FROM "p0")) RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version", "id") , "p2" ("c0") AS (SELECT "id" FROM "public"."Tag" WHERE "Tag"."name" = $3 FOR KEY SHARE) , "p3" AS (INSERT INTO "public"."_PostToTag" ("A", "B") SELECT "p1"."c0", "p2"."c0" FROM "p1", "p2" ON CONFLICT  DO NOTHING RETURNING 1) SELECT "o0", "o1", "o2", "o3", "o4" FROM "p1" WHERE 1 / ((SELECT count(*) FROM "p0") * (SELECT count(*) FROM "p1") * (SELECT count(*) FROM "p2") * (SELECT count(*) FROM "p3")) >= 0
--   $1 = 'bob'
--   $2 = 't'
--   $3 = 'red'
SELECT "Post"."title", (SELECT ROW("Author_1"."email") FROM "public"."Author" AS "Author_1" WHERE "Author_1"."id" = "Post"."authorId" AND TRUE), ARRAY((SELECT ROW("Tag_1"."name") FROM "public"."Tag" AS "Tag_1" INNER JOIN "public"."_PostToTag" AS "_PostToTag" ON "_PostToTag"."B" = "Tag_1"."id" WHERE "_PostToTag"."A" = "Post"."id" AND TRUE ORDER BY "Tag_1"."id" ASC LIMIT 1001)), "Post"."id" FROM "public"."Post" AS "Post" WHERE "Post"."id" = ANY($1) ORDER BY "Post"."id" ASC
--   $1 = '{"24"}'
COMMIT

---- Several rows, each with its own

-- POST /api/v1/posts [{"title": "1", "author": {"connect": {"id": "ada"}}}, {"title": "2"}, {"title": "3", "tags": {"connect": {"name": "blue"}}}]
-- → 201
BEGIN ISOLATION LEVEL READ COMMITTED
SELECT "Author"."id", "Author"."email", "Author"."name", CAST("Author"."role" AS text), "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "public"."Author" WHERE "Author"."id" = $1 FOR KEY SHARE
--   $1 = 'ada'
INSERT INTO "public"."Post" ("title", "authorId") VALUES ($1, $2) RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = '1'
--   $2 = 'ada'
INSERT INTO "public"."Post" ("title") VALUES ($1) RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = '2'
INSERT INTO "public"."Post" ("title") VALUES ($1) RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = '3'
SELECT "Tag"."id", "Tag"."name" FROM "public"."Tag" WHERE "Tag"."name" = $1 FOR KEY SHARE
--   $1 = 'blue'
INSERT INTO "public"."_PostToTag" ("A", "B") VALUES ($1, $2) ON CONFLICT  DO NOTHING RETURNING 1
--   $1 = '27'
--   $2 = '3'
COMMIT

---- Refused

-- POST /api/v1/posts {"title": "t", "author": {"connect": {"email": "nobody@example.com"}}}
-- → 409
WITH "p0" ("c0") AS (SELECT "id" FROM "public"."Author" WHERE "Author"."email" = $1 FOR KEY SHARE) , "p1" ("o0", "o1", "o2", "o3", "o4") AS (INSERT INTO "public"."Post" ("title", "authorId") VALUES ($2, (SELECT "c0" FROM "p0")) RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version") SELECT "o0", "o1", "o2", "o3", "o4" FROM "p1" WHERE 1 / ((SELECT count(*) FROM "p0") * (SELECT count(*) FROM "p1")) >= 0
--   $1 = 'nobody@example.com'
--   $2 = 't'
BEGIN ISOLATION LEVEL READ COMMITTED
SELECT "Author"."id", "Author"."email", "Author"."name", CAST("Author"."role" AS text), "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "public"."Author" WHERE "Author"."email" = $1 FOR KEY SHARE
--   $1 = 'nobody@example.com'
ROLLBACK

-- POST /api/v1/posts {"title": "t", "author": {"create": {"email": "ada@example.com"}}}
-- → 409
WITH "p0" ("c0") AS (INSERT INTO "public"."Author" ("id", "email", "createdAt", "updatedAt") VALUES ($1, $2, $3, $4) RETURNING "id") , "p1" ("o0", "o1", "o2", "o3", "o4") AS (INSERT INTO "public"."Post" ("title", "authorId") VALUES ($5, (SELECT "c0" FROM "p0")) RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version") SELECT "o0", "o1", "o2", "o3", "o4" FROM "p1" WHERE 1 / ((SELECT count(*) FROM "p0") * (SELECT count(*) FROM "p1")) >= 0
--   $1 = '«cuid 7»'
--   $2 = 'ada@example.com'
--   $3 = '«now 0000-00-00T00:00:00.000»Z'
--   $4 = '«now 0000-00-00T00:00:00.000»Z'
--   $5 = 't'
BEGIN ISOLATION LEVEL READ COMMITTED
INSERT INTO "public"."Author" ("id", "email", "createdAt", "updatedAt") VALUES ($1, $2, $3, $4) RETURNING "Author"."id", "Author"."email", "Author"."name", CAST("Author"."role" AS text), "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt"
--   $1 = '«cuid 7»'
--   $2 = 'ada@example.com'
--   $3 = '«now 0000-00-00T00:00:00.000»Z'
--   $4 = '«now 0000-00-00T00:00:00.000»Z'
ROLLBACK

-- POST /api/v1/posts {"title": "t", "tags": {"connect": [{"name": "red"}, {"name": "none"}]}}
-- → 409
WITH "p0" ("o0", "o1", "o2", "o3", "o4", "c0") AS (INSERT INTO "public"."Post" ("title") VALUES ($1) RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version", "id") , "p1" ("c0") AS (SELECT "id" FROM "public"."Tag" WHERE "Tag"."name" = $2 FOR KEY SHARE) , "p2" AS (INSERT INTO "public"."_PostToTag" ("A", "B") SELECT "p0"."c0", "p1"."c0" FROM "p0", "p1" ON CONFLICT  DO NOTHING RETURNING 1) , "p3" ("c0") AS (SELECT "id" FROM "public"."Tag" WHERE "Tag"."name" = $3 FOR KEY SHARE) , "p4" AS (INSERT INTO "public"."_PostToTag" ("A", "B") SELECT "p0"."c0", "p3"."c0" FROM "p0", "p3" ON CONFLICT  DO NOTHING RETURNING 1) SELECT "o0", "o1", "o2", "o3", "o4" FROM "p0" WHERE 1 / ((SELECT count(*) FROM "p0") * (SELECT count(*) FROM "p1") * (SELECT count(*) FROM "p2") * (SELECT count(*) FROM "p3") * (SELECT count(*) FROM "p4")) >= 0
--   $1 = 't'
--   $2 = 'red'
--   $3 = 'none'
BEGIN ISOLATION LEVEL READ COMMITTED
INSERT INTO "public"."Post" ("title") VALUES ($1) RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = 't'
SELECT "Tag"."id", "Tag"."name" FROM "public"."Tag" WHERE "Tag"."name" = $1 FOR KEY SHARE
--   $1 = 'red'
INSERT INTO "public"."_PostToTag" ("A", "B") VALUES ($1, $2) ON CONFLICT  DO NOTHING RETURNING 1
--   $1 = '30'
--   $2 = '1'
SELECT "Tag"."id", "Tag"."name" FROM "public"."Tag" WHERE "Tag"."name" = $1 FOR KEY SHARE
--   $1 = 'none'
ROLLBACK
