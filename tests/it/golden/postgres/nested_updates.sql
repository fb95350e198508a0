-- The statements of requests/nested_updates.http; `UPDATE_GOLDEN=1 cargo test --test it golden` writes them.

---- To one

-- PATCH /api/v1/posts/1 {"title": "u", "author": {"connect": {"email": "bob@example.com"}}}
-- → 200
BEGIN ISOLATION LEVEL READ COMMITTED
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE "Post"."id" = $1 FOR NO KEY UPDATE
--   $1 = '1'
SELECT "Author"."id", "Author"."email", "Author"."name", CAST("Author"."role" AS text), "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "public"."Author" WHERE "Author"."email" = $1 FOR KEY SHARE
--   $1 = 'bob@example.com'
UPDATE "public"."Post" SET "title" = $1, "authorId" = $2 WHERE "Post"."id" = $3 RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = 'u'
--   $2 = 'bob'
--   $3 = '1'
COMMIT

-- PATCH /api/v1/posts/1 {"author": {"update": {"name": "Robert"}}}
-- → 200
BEGIN ISOLATION LEVEL READ COMMITTED
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE "Post"."id" = $1 FOR NO KEY UPDATE
--   $1 = '1'
SELECT "Author"."id", "Author"."email", "Author"."name", CAST("Author"."role" AS text), "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "public"."Author" WHERE "Author"."id" = $1 FOR NO KEY UPDATE
--   $1 = 'bob'
UPDATE "public"."Author" SET "name" = $1, "updatedAt" = $2 WHERE "Author"."id" = $3 RETURNING "Author"."id", "Author"."email", "Author"."name", CAST("Author"."role" AS text), "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt"
--   $1 = 'Robert'
--   $2 = '«now 0000-00-00T00:00:00.000»Z'
--   $3 = 'bob'
COMMIT

-- PATCH /api/v1/posts/1 {"author": {"disconnect": true}}
-- → 200
BEGIN ISOLATION LEVEL READ COMMITTED
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE "Post"."id" = $1 FOR NO KEY UPDATE
--   $1 = '1'
UPDATE "public"."Post" SET "authorId" = $1 WHERE "Post"."id" = $2 RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = NULL
--   $2 = '1'
COMMIT

-- PATCH /api/v1/posts/1 {"author": {"create": {"email": "m1@example.com"}}}
-- → 200
BEGIN ISOLATION LEVEL READ COMMITTED
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE "Post"."id" = $1 FOR NO KEY UPDATE
--   $1 = '1'
INSERT INTO "public"."Author" ("id", "email", "createdAt", "updatedAt") VALUES ($1, $2, $3, $4) RETURNING "Author"."id", "Author"."email", "Author"."name", CAST("Author"."role" AS text), "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt"
--   $1 = '«cuid 1»'
--   $2 = 'm1@example.com'
--   $3 = '«now 0000-00-00T00:00:00.000»Z'
--   $4 = '«now 0000-00-00T00:00:00.000»Z'
UPDATE "public"."Post" SET "authorId" = $1 WHERE "Post"."id" = $2 RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = '«cuid 1»'
--   $2 = '1'
COMMIT

-- PATCH /api/v1/posts/1 {"author": {"connectOrCreate": {"where": {"email": "m2@example.com"}, "create": {"email": "m2@example.com"}}}}
-- → 200
BEGIN ISOLATION LEVEL READ COMMITTED
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE "Post"."id" = $1 FOR NO KEY UPDATE
--   $1 = '1'
SELECT "Author"."id", "Author"."email", "Author"."name", CAST("Author"."role" AS text), "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "public"."Author" WHERE "Author"."email" = $1 FOR KEY SHARE
--   $1 = 'm2@example.com'
INSERT INTO "public"."Author" ("id", "email", "createdAt", "updatedAt") VALUES ($1, $2, $3, $4) ON CONFLICT ("email") DO NOTHING RETURNING "Author"."id", "Author"."email", "Author"."name", CAST("Author"."role" AS text), "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt"
--   $1 = '«cuid 2»'
--   $2 = 'm2@example.com'
--   $3 = '«now 0000-00-00T00:00:00.000»Z'
--   $4 = '«now 0000-00-00T00:00:00.000»Z'
UPDATE "public"."Post" SET "authorId" = $1 WHERE "Post"."id" = $2 RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = '«cuid 2»'
--   $2 = '1'
COMMIT

-- PATCH /api/v1/posts/1 {"author": {"delete": true}}
-- → 200
BEGIN ISOLATION LEVEL READ COMMITTED
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE "Post"."id" = $1 FOR NO KEY UPDATE
--   $1 = '1'
UPDATE "public"."Post" SET "authorId" = $1 WHERE "Post"."id" = $2 RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = NULL
--   $2 = '1'
DELETE FROM "public"."Author" WHERE "Author"."id" = $1 RETURNING 1
--   $1 = '«cuid 2»'
SELECT "Author"."id", "Author"."email", "Author"."name", CAST("Author"."role" AS text), "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "public"."Author" WHERE "Author"."id" = $1 FOR KEY SHARE
--   $1 = '«cuid 2»'
COMMIT

-- PATCH /api/v1/authors/cyd {"profile": {"create": {"bio": "new"}}}
-- → 200
BEGIN ISOLATION LEVEL READ COMMITTED
SELECT "Author"."id", "Author"."email", "Author"."name", CAST("Author"."role" AS text), "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "public"."Author" WHERE "Author"."id" = $1 FOR NO KEY UPDATE
--   $1 = 'cyd'
INSERT INTO "public"."Profile" ("bio", "authorId") VALUES ($1, $2) RETURNING "Profile"."id", "Profile"."bio", "Profile"."authorId"
--   $1 = 'new'
--   $2 = 'cyd'
COMMIT

-- PATCH /api/v1/authors/cyd {"profile": {"update": {"bio": "newer"}}}
-- → 200
BEGIN ISOLATION LEVEL READ COMMITTED
SELECT "Author"."id", "Author"."email", "Author"."name", CAST("Author"."role" AS text), "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "public"."Author" WHERE "Author"."id" = $1 FOR NO KEY UPDATE
--   $1 = 'cyd'
SELECT "Profile"."id", "Profile"."bio", "Profile"."authorId" FROM "public"."Profile" WHERE "Profile"."authorId" = $1 FOR NO KEY UPDATE
--   $1 = 'cyd'
UPDATE "public"."Profile" SET "bio" = $1 WHERE "Profile"."id" = $2 RETURNING "Profile"."id", "Profile"."bio", "Profile"."authorId"
--   $1 = 'newer'
--   $2 = '3'
COMMIT

-- PATCH /api/v1/authors/cyd {"profile": {"delete": true}}
-- → 200
BEGIN ISOLATION LEVEL READ COMMITTED
SELECT "Author"."id", "Author"."email", "Author"."name", CAST("Author"."role" AS text), "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "public"."Author" WHERE "Author"."id" = $1 FOR NO KEY UPDATE
--   $1 = 'cyd'
DELETE FROM "public"."Profile" WHERE "Profile"."authorId" = $1 RETURNING 1
--   $1 = 'cyd'
SELECT "Profile"."id", "Profile"."bio", "Profile"."authorId" FROM "public"."Profile" WHERE "Profile"."authorId" = $1 FOR KEY SHARE
--   $1 = 'cyd'
COMMIT

---- To many

-- PATCH /api/v1/posts/1 {"comments": {"create": {"text": "more"}}}
-- → 200
BEGIN ISOLATION LEVEL READ COMMITTED
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE "Post"."id" = $1 FOR NO KEY UPDATE
--   $1 = '1'
INSERT INTO "public"."Comment" ("text", "postId") VALUES ($1, $2) RETURNING "Comment"."id", "Comment"."text", "Comment"."postId", "Comment"."authorId"
--   $1 = 'more'
--   $2 = '1'
COMMIT

-- PATCH /api/v1/posts/1 {"comments": {"createMany": {"data": [{"text": "m1"}, {"text": "m2"}]}}}
-- → 200
BEGIN ISOLATION LEVEL READ COMMITTED
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE "Post"."id" = $1 FOR NO KEY UPDATE
--   $1 = '1'
INSERT INTO "public"."Comment" ("text", "postId") SELECT "rows"."text", "rows"."postId" FROM json_populate_recordset(NULL::"public"."Comment", $1) AS "rows" RETURNING "Comment"."id", "Comment"."text", "Comment"."postId", "Comment"."authorId"
--   $1 = '[{"text":"m1","postId":1},{"text":"m2","postId":1}]'
COMMIT

-- PATCH /api/v1/posts/1 {"comments": {"update": {"where": {"id": 1}, "data": {"text": "changed"}}}}
-- → 200
BEGIN ISOLATION LEVEL READ COMMITTED
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE "Post"."id" = $1 FOR NO KEY UPDATE
--   $1 = '1'
SELECT "Comment"."id", "Comment"."text", "Comment"."postId", "Comment"."authorId" FROM "public"."Comment" WHERE "Comment"."postId" = $1 AND "Comment"."id" = $2 FOR NO KEY UPDATE
--   $1 = '1'
--   $2 = '1'
UPDATE "public"."Comment" SET "text" = $1 WHERE "Comment"."id" = $2 RETURNING "Comment"."id", "Comment"."text", "Comment"."postId", "Comment"."authorId"
--   $1 = 'changed'
--   $2 = '1'
COMMIT

-- PATCH /api/v1/posts/1 {"comments": {"update": [{"where": {"id": 1}, "data": {"text": "x"}}, {"where": {"id": 2}, "data": {"author": {"connect": {"id": "ada"}}}}]}}
-- → 200
BEGIN ISOLATION LEVEL READ COMMITTED
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE "Post"."id" = $1 FOR NO KEY UPDATE
--   $1 = '1'
SELECT "Comment"."id", "Comment"."text", "Comment"."postId", "Comment"."authorId" FROM "public"."Comment" WHERE "Comment"."postId" = $1 AND "Comment"."id" = $2 FOR NO KEY UPDATE
--   $1 = '1'
--   $2 = '1'
UPDATE "public"."Comment" SET "text" = $1 WHERE "Comment"."id" = $2 RETURNING "Comment"."id", "Comment"."text", "Comment"."postId", "Comment"."authorId"
--   $1 = 'x'
--   $2 = '1'
SELECT "Comment"."id", "Comment"."text", "Comment"."postId", "Comment"."authorId" FROM "public"."Comment" WHERE "Comment"."postId" = $1 AND "Comment"."id" = $2 FOR NO KEY UPDATE
--   $1 = '1'
--   $2 = '2'
SELECT "Author"."id", "Author"."email", "Author"."name", CAST("Author"."role" AS text), "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "public"."Author" WHERE "Author"."id" = $1 FOR KEY SHARE
--   $1 = 'ada'
UPDATE "public"."Comment" SET "authorId" = $1 WHERE "Comment"."id" = $2 RETURNING "Comment"."id", "Comment"."text", "Comment"."postId", "Comment"."authorId"
--   $1 = 'ada'
--   $2 = '2'
COMMIT

-- PATCH /api/v1/posts/1 {"comments": {"delete": [{"id": 1}]}}
-- → 200
BEGIN ISOLATION LEVEL READ COMMITTED
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE "Post"."id" = $1 FOR NO KEY UPDATE
--   $1 = '1'
DELETE FROM "public"."Comment" WHERE "Comment"."postId" = $1 AND "Comment"."id" = $2 RETURNING 1
--   $1 = '1'
--   $2 = '1'
SELECT "Comment"."id", "Comment"."text", "Comment"."postId", "Comment"."authorId" FROM "public"."Comment" WHERE "Comment"."postId" = $1 AND "Comment"."id" = $2 FOR KEY SHARE
--   $1 = '1'
--   $2 = '1'
COMMIT

-- PATCH /api/v1/authors/ada {"posts": {"connect": {"id": 3}}}
-- → 200
BEGIN ISOLATION LEVEL READ COMMITTED
SELECT "Author"."id", "Author"."email", "Author"."name", CAST("Author"."role" AS text), "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "public"."Author" WHERE "Author"."id" = $1 FOR NO KEY UPDATE
--   $1 = 'ada'
UPDATE "public"."Post" SET "authorId" = $1 WHERE "Post"."id" = $2 RETURNING 1
--   $1 = 'ada'
--   $2 = '3'
COMMIT

-- PATCH /api/v1/authors/ada {"posts": {"disconnect": {"id": 3}}}
-- → 200
BEGIN ISOLATION LEVEL READ COMMITTED
SELECT "Author"."id", "Author"."email", "Author"."name", CAST("Author"."role" AS text), "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "public"."Author" WHERE "Author"."id" = $1 FOR NO KEY UPDATE
--   $1 = 'ada'
UPDATE "public"."Post" SET "authorId" = $1 WHERE "Post"."authorId" = $2 AND "Post"."id" = $3 RETURNING 1
--   $1 = NULL
--   $2 = 'ada'
--   $3 = '3'
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE "Post"."authorId" = $1 AND "Post"."id" = $2 FOR KEY SHARE
--   $1 = 'ada'
--   $2 = '3'
COMMIT

-- PATCH /api/v1/authors/ada {"posts": {"set": [{"id": 2}, {"id": 4}]}}
-- → 200
BEGIN ISOLATION LEVEL READ COMMITTED
SELECT "Author"."id", "Author"."email", "Author"."name", CAST("Author"."role" AS text), "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "public"."Author" WHERE "Author"."id" = $1 FOR NO KEY UPDATE
--   $1 = 'ada'
UPDATE "public"."Post" SET "authorId" = $1 WHERE "Post"."authorId" = $2 AND (NOT "Post"."id" = $3) AND (NOT "Post"."id" = $4) RETURNING 1
--   $1 = NULL
--   $2 = 'ada'
--   $3 = '2'
--   $4 = '4'
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE "Post"."authorId" = $1 AND (NOT "Post"."id" = $2) AND (NOT "Post"."id" = $3) FOR KEY SHARE
--   $1 = 'ada'
--   $2 = '2'
--   $3 = '4'
UPDATE "public"."Post" SET "authorId" = $1 WHERE "Post"."id" = $2 RETURNING 1
--   $1 = 'ada'
--   $2 = '2'
UPDATE "public"."Post" SET "authorId" = $1 WHERE "Post"."id" = $2 RETURNING 1
--   $1 = 'ada'
--   $2 = '4'
COMMIT

-- PATCH /api/v1/authors/ada {"posts": {"set": []}}
-- → 200
BEGIN ISOLATION LEVEL READ COMMITTED
SELECT "Author"."id", "Author"."email", "Author"."name", CAST("Author"."role" AS text), "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "public"."Author" WHERE "Author"."id" = $1 FOR NO KEY UPDATE
--   $1 = 'ada'
UPDATE "public"."Post" SET "authorId" = $1 WHERE "Post"."authorId" = $2 RETURNING 1
--   $1 = NULL
--   $2 = 'ada'
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE "Post"."authorId" = $1 FOR KEY SHARE
--   $1 = 'ada'
COMMIT

---- Many to many

-- PATCH /api/v1/posts/1 {"tags": {"connect": {"name": "blue"}}}
-- → 200
BEGIN ISOLATION LEVEL READ COMMITTED
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE "Post"."id" = $1 FOR NO KEY UPDATE
--   $1 = '1'
SELECT "Tag"."id", "Tag"."name" FROM "public"."Tag" WHERE "Tag"."name" = $1 FOR KEY SHARE
--   $1 = 'blue'
INSERT INTO "public"."_PostToTag" ("A", "B") VALUES ($1, $2) ON CONFLICT  DO NOTHING RETURNING 1
--   $1 = '1'
--   $2 = '3'
COMMIT

-- PATCH /api/v1/posts/1 {"tags": {"disconnect": [{"name": "blue"}]}}
-- → 200
BEGIN ISOLATION LEVEL READ COMMITTED
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE "Post"."id" = $1 FOR NO KEY UPDATE
--   $1 = '1'
SELECT "Tag"."id", "Tag"."name" FROM "public"."Tag" WHERE "Tag"."name" = $1 FOR KEY SHARE
--   $1 = 'blue'
DELETE FROM "public"."_PostToTag" WHERE "A" = $1 AND "B" = $2 RETURNING 1
--   $1 = '1'
--   $2 = '3'
COMMIT

-- PATCH /api/v1/posts/1 {"tags": {"set": [{"name": "green"}, {"name": "blue"}]}}
-- → 200
BEGIN ISOLATION LEVEL READ COMMITTED
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE "Post"."id" = $1 FOR NO KEY UPDATE
--   $1 = '1'
DELETE FROM "public"."_PostToTag" WHERE "A" = $1 RETURNING 1
--   $1 = '1'
SELECT "Tag"."id", "Tag"."name" FROM "public"."Tag" WHERE "Tag"."name" = $1 FOR KEY SHARE
--   $1 = 'green'
INSERT INTO "public"."_PostToTag" ("A", "B") VALUES ($1, $2) ON CONFLICT  DO NOTHING RETURNING 1
--   $1 = '1'
--   $2 = '2'
SELECT "Tag"."id", "Tag"."name" FROM "public"."Tag" WHERE "Tag"."name" = $1 FOR KEY SHARE
--   $1 = 'blue'
INSERT INTO "public"."_PostToTag" ("A", "B") VALUES ($1, $2) ON CONFLICT  DO NOTHING RETURNING 1
--   $1 = '1'
--   $2 = '3'
COMMIT

-- PATCH /api/v1/posts/1 {"tags": {"set": []}}
-- → 200
BEGIN ISOLATION LEVEL READ COMMITTED
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE "Post"."id" = $1 FOR NO KEY UPDATE
--   $1 = '1'
DELETE FROM "public"."_PostToTag" WHERE "A" = $1 RETURNING 1
--   $1 = '1'
COMMIT

-- PATCH /api/v1/posts/1 {"tags": {"create": {"name": "u1"}}}
-- → 200
BEGIN ISOLATION LEVEL READ COMMITTED
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE "Post"."id" = $1 FOR NO KEY UPDATE
--   $1 = '1'
INSERT INTO "public"."Tag" ("name") VALUES ($1) RETURNING "Tag"."id", "Tag"."name"
--   $1 = 'u1'
INSERT INTO "public"."_PostToTag" ("A", "B") VALUES ($1, $2) ON CONFLICT  DO NOTHING RETURNING 1
--   $1 = '1'
--   $2 = '4'
COMMIT

-- PATCH /api/v1/posts/1 {"tags": {"connectOrCreate": {"where": {"name": "u2"}, "create": {"name": "u2"}}}}
-- → 200
BEGIN ISOLATION LEVEL READ COMMITTED
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE "Post"."id" = $1 FOR NO KEY UPDATE
--   $1 = '1'
SELECT "Tag"."id", "Tag"."name" FROM "public"."Tag" WHERE "Tag"."name" = $1 FOR KEY SHARE
--   $1 = 'u2'
INSERT INTO "public"."Tag" ("name") VALUES ($1) ON CONFLICT ("name") DO NOTHING RETURNING "Tag"."id", "Tag"."name"
--   $1 = 'u2'
INSERT INTO "public"."_PostToTag" ("A", "B") VALUES ($1, $2) ON CONFLICT  DO NOTHING RETURNING 1
--   $1 = '1'
--   $2 = '5'
COMMIT

-- PATCH /api/v1/posts/1 {"tags": {"update": {"where": {"name": "u1"}, "data": {"name": "u1b"}}}}
-- → 200
BEGIN ISOLATION LEVEL READ COMMITTED
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE "Post"."id" = $1 FOR NO KEY UPDATE
--   $1 = '1'
SELECT "Tag"."id", "Tag"."name" FROM "public"."Tag" WHERE "Tag"."name" = $1 FOR NO KEY UPDATE
--   $1 = 'u1'
SELECT 1 FROM "public"."_PostToTag" WHERE "A" = $1 AND "B" = $2
--   $1 = '1'
--   $2 = '4'
SELECT "Tag"."id", "Tag"."name" FROM "public"."Tag" WHERE "Tag"."id" = $1 FOR NO KEY UPDATE
--   $1 = '4'
UPDATE "public"."Tag" SET "name" = $1 WHERE "Tag"."id" = $2 RETURNING "Tag"."id", "Tag"."name"
--   $1 = 'u1b'
--   $2 = '4'
COMMIT

-- PATCH /api/v1/posts/1 {"tags": {"delete": {"name": "u2"}}}
-- → 200
BEGIN ISOLATION LEVEL READ COMMITTED
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE "Post"."id" = $1 FOR NO KEY UPDATE
--   $1 = '1'
SELECT "Tag"."id", "Tag"."name" FROM "public"."Tag" WHERE "Tag"."name" = $1 FOR NO KEY UPDATE
--   $1 = 'u2'
SELECT 1 FROM "public"."_PostToTag" WHERE "A" = $1 AND "B" = $2
--   $1 = '1'
--   $2 = '5'
DELETE FROM "public"."_PostToTag" WHERE "A" = $1 AND "B" = $2 RETURNING 1
--   $1 = '1'
--   $2 = '5'
DELETE FROM "public"."Tag" WHERE "Tag"."id" = $1 RETURNING 1
--   $1 = '5'
SELECT "Tag"."id", "Tag"."name" FROM "public"."Tag" WHERE "Tag"."id" = $1 FOR KEY SHARE
--   $1 = '5'
COMMIT

---- Refused

-- PATCH /api/v1/posts/1 {"comments": {"update": {"where": {"id": 3}, "data": {"text": "not its own"}}}}
-- → 409
BEGIN ISOLATION LEVEL READ COMMITTED
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE "Post"."id" = $1 FOR NO KEY UPDATE
--   $1 = '1'
SELECT "Comment"."id", "Comment"."text", "Comment"."postId", "Comment"."authorId" FROM "public"."Comment" WHERE "Comment"."postId" = $1 AND "Comment"."id" = $2 FOR NO KEY UPDATE
--   $1 = '1'
--   $2 = '3'
ROLLBACK

-- PATCH /api/v1/posts/999 {"author": {"disconnect": true}}
-- → 404
BEGIN ISOLATION LEVEL READ COMMITTED
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE "Post"."id" = $1 FOR NO KEY UPDATE
--   $1 = '999'
ROLLBACK
