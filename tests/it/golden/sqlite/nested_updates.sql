-- The statements of requests/nested_updates.http; `UPDATE_GOLDEN=1 cargo test --test it golden` writes them.

---- To one

-- PATCH /api/v1/posts/1 {"title": "u", "author": {"connect": {"email": "bob@example.com"}}}
-- → 200
BEGIN IMMEDIATE
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" WHERE "Post"."id" = ?
--   $1 = 1
SELECT "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "Author" WHERE "Author"."email" = ?
--   $1 = 'bob@example.com'
UPDATE "Post" SET "title" = ?, "authorId" = ? WHERE "Post"."id" = ? RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = 'u'
--   $2 = 'bob'
--   $3 = 1
COMMIT

-- PATCH /api/v1/posts/1 {"author": {"update": {"name": "Robert"}}}
-- → 200
BEGIN IMMEDIATE
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" WHERE "Post"."id" = ?
--   $1 = 1
SELECT "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "Author" WHERE "Author"."id" = ?
--   $1 = 'bob'
UPDATE "Author" SET "name" = ?, "updatedAt" = ? WHERE "Author"."id" = ? RETURNING "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt"
--   $1 = 'Robert'
--   $2 = '«now 0000-00-00T00:00:00.000»+00:00'
--   $3 = 'bob'
COMMIT

-- PATCH /api/v1/posts/1 {"author": {"disconnect": true}}
-- → 200
BEGIN IMMEDIATE
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" WHERE "Post"."id" = ?
--   $1 = 1
UPDATE "Post" SET "authorId" = ? WHERE "Post"."id" = ? RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = NULL
--   $2 = 1
COMMIT

-- PATCH /api/v1/posts/1 {"author": {"create": {"email": "m1@example.com"}}}
-- → 200
BEGIN IMMEDIATE
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" WHERE "Post"."id" = ?
--   $1 = 1
INSERT INTO "Author" ("id", "email", "createdAt", "updatedAt") VALUES (?, ?, ?, ?) RETURNING "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt"
--   $1 = '«cuid 1»'
--   $2 = 'm1@example.com'
--   $3 = '«now 0000-00-00T00:00:00.000»+00:00'
--   $4 = '«now 0000-00-00T00:00:00.000»+00:00'
UPDATE "Post" SET "authorId" = ? WHERE "Post"."id" = ? RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = '«cuid 1»'
--   $2 = 1
COMMIT

-- PATCH /api/v1/posts/1 {"author": {"connectOrCreate": {"where": {"email": "m2@example.com"}, "create": {"email": "m2@example.com"}}}}
-- → 200
BEGIN IMMEDIATE
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" WHERE "Post"."id" = ?
--   $1 = 1
SELECT "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "Author" WHERE "Author"."email" = ?
--   $1 = 'm2@example.com'
INSERT INTO "Author" ("id", "email", "createdAt", "updatedAt") VALUES (?, ?, ?, ?) ON CONFLICT ("email") DO NOTHING RETURNING "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt"
--   $1 = '«cuid 2»'
--   $2 = 'm2@example.com'
--   $3 = '«now 0000-00-00T00:00:00.000»+00:00'
--   $4 = '«now 0000-00-00T00:00:00.000»+00:00'
UPDATE "Post" SET "authorId" = ? WHERE "Post"."id" = ? RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = '«cuid 2»'
--   $2 = 1
COMMIT

-- PATCH /api/v1/posts/1 {"author": {"delete": true}}
-- → 200
BEGIN IMMEDIATE
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" WHERE "Post"."id" = ?
--   $1 = 1
UPDATE "Post" SET "authorId" = ? WHERE "Post"."id" = ? RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = NULL
--   $2 = 1
DELETE FROM "Author" WHERE "Author"."id" = ? RETURNING 1
--   $1 = '«cuid 2»'
SELECT "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "Author" WHERE "Author"."id" = ?
--   $1 = '«cuid 2»'
COMMIT

-- PATCH /api/v1/authors/cyd {"profile": {"create": {"bio": "new"}}}
-- → 200
BEGIN IMMEDIATE
SELECT "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "Author" WHERE "Author"."id" = ?
--   $1 = 'cyd'
INSERT INTO "Profile" ("bio", "authorId") VALUES (?, ?) RETURNING "Profile"."id", "Profile"."bio", "Profile"."authorId"
--   $1 = 'new'
--   $2 = 'cyd'
COMMIT

-- PATCH /api/v1/authors/cyd {"profile": {"update": {"bio": "newer"}}}
-- → 200
BEGIN IMMEDIATE
SELECT "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "Author" WHERE "Author"."id" = ?
--   $1 = 'cyd'
SELECT "Profile"."id", "Profile"."bio", "Profile"."authorId" FROM "Profile" WHERE "Profile"."authorId" = ?
--   $1 = 'cyd'
UPDATE "Profile" SET "bio" = ? WHERE "Profile"."id" = ? RETURNING "Profile"."id", "Profile"."bio", "Profile"."authorId"
--   $1 = 'newer'
--   $2 = 3
COMMIT

-- PATCH /api/v1/authors/cyd {"profile": {"delete": true}}
-- → 200
BEGIN IMMEDIATE
SELECT "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "Author" WHERE "Author"."id" = ?
--   $1 = 'cyd'
DELETE FROM "Profile" WHERE "Profile"."authorId" = ? RETURNING 1
--   $1 = 'cyd'
SELECT "Profile"."id", "Profile"."bio", "Profile"."authorId" FROM "Profile" WHERE "Profile"."authorId" = ?
--   $1 = 'cyd'
COMMIT

---- To many

-- PATCH /api/v1/posts/1 {"comments": {"create": {"text": "more"}}}
-- → 200
BEGIN IMMEDIATE
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" WHERE "Post"."id" = ?
--   $1 = 1
INSERT INTO "Comment" ("text", "postId") VALUES (?, ?) RETURNING "Comment"."id", "Comment"."text", "Comment"."postId", "Comment"."authorId"
--   $1 = 'more'
--   $2 = 1
COMMIT

-- PATCH /api/v1/posts/1 {"comments": {"createMany": {"data": [{"text": "m1"}, {"text": "m2"}]}}}
-- → 200
BEGIN IMMEDIATE
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" WHERE "Post"."id" = ?
--   $1 = 1
INSERT INTO "Comment" ("text", "postId") VALUES (?, ?) RETURNING "Comment"."id", "Comment"."text", "Comment"."postId", "Comment"."authorId"
--   $1 = 'm1'
--   $2 = 1
INSERT INTO "Comment" ("text", "postId") VALUES (?, ?) RETURNING "Comment"."id", "Comment"."text", "Comment"."postId", "Comment"."authorId"
--   $1 = 'm2'
--   $2 = 1
COMMIT

-- PATCH /api/v1/posts/1 {"comments": {"update": {"where": {"id": 1}, "data": {"text": "changed"}}}}
-- → 200
BEGIN IMMEDIATE
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" WHERE "Post"."id" = ?
--   $1 = 1
SELECT "Comment"."id", "Comment"."text", "Comment"."postId", "Comment"."authorId" FROM "Comment" WHERE "Comment"."postId" = ? AND "Comment"."id" = ?
--   $1 = 1
--   $2 = 1
UPDATE "Comment" SET "text" = ? WHERE "Comment"."id" = ? RETURNING "Comment"."id", "Comment"."text", "Comment"."postId", "Comment"."authorId"
--   $1 = 'changed'
--   $2 = 1
COMMIT

-- PATCH /api/v1/posts/1 {"comments": {"update": [{"where": {"id": 1}, "data": {"text": "x"}}, {"where": {"id": 2}, "data": {"author": {"connect": {"id": "ada"}}}}]}}
-- → 200
BEGIN IMMEDIATE
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" WHERE "Post"."id" = ?
--   $1 = 1
SELECT "Comment"."id", "Comment"."text", "Comment"."postId", "Comment"."authorId" FROM "Comment" WHERE "Comment"."postId" = ? AND "Comment"."id" = ?
--   $1 = 1
--   $2 = 1
UPDATE "Comment" SET "text" = ? WHERE "Comment"."id" = ? RETURNING "Comment"."id", "Comment"."text", "Comment"."postId", "Comment"."authorId"
--   $1 = 'x'
--   $2 = 1
SELECT "Comment"."id", "Comment"."text", "Comment"."postId", "Comment"."authorId" FROM "Comment" WHERE "Comment"."postId" = ? AND "Comment"."id" = ?
--   $1 = 1
--   $2 = 2
SELECT "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "Author" WHERE "Author"."id" = ?
--   $1 = 'ada'
UPDATE "Comment" SET "authorId" = ? WHERE "Comment"."id" = ? RETURNING "Comment"."id", "Comment"."text", "Comment"."postId", "Comment"."authorId"
--   $1 = 'ada'
--   $2 = 2
COMMIT

-- PATCH /api/v1/posts/1 {"comments": {"delete": [{"id": 1}]}}
-- → 200
BEGIN IMMEDIATE
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" WHERE "Post"."id" = ?
--   $1 = 1
DELETE FROM "Comment" WHERE "Comment"."postId" = ? AND "Comment"."id" = ? RETURNING 1
--   $1 = 1
--   $2 = 1
SELECT "Comment"."id", "Comment"."text", "Comment"."postId", "Comment"."authorId" FROM "Comment" WHERE "Comment"."postId" = ? AND "Comment"."id" = ?
--   $1 = 1
--   $2 = 1
COMMIT

-- PATCH /api/v1/authors/ada {"posts": {"connect": {"id": 3}}}
-- → 200
BEGIN IMMEDIATE
SELECT "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "Author" WHERE "Author"."id" = ?
--   $1 = 'ada'
UPDATE "Post" SET "authorId" = ? WHERE "Post"."id" = ? RETURNING 1
--   $1 = 'ada'
--   $2 = 3
COMMIT

-- PATCH /api/v1/authors/ada {"posts": {"disconnect": {"id": 3}}}
-- → 200
BEGIN IMMEDIATE
SELECT "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "Author" WHERE "Author"."id" = ?
--   $1 = 'ada'
UPDATE "Post" SET "authorId" = ? WHERE "Post"."authorId" = ? AND "Post"."id" = ? RETURNING 1
--   $1 = NULL
--   $2 = 'ada'
--   $3 = 3
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" WHERE "Post"."authorId" = ? AND "Post"."id" = ?
--   $1 = 'ada'
--   $2 = 3
COMMIT

-- PATCH /api/v1/authors/ada {"posts": {"set": [{"id": 2}, {"id": 4}]}}
-- → 200
BEGIN IMMEDIATE
SELECT "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "Author" WHERE "Author"."id" = ?
--   $1 = 'ada'
UPDATE "Post" SET "authorId" = ? WHERE "Post"."authorId" = ? AND (NOT "Post"."id" = ?) AND (NOT "Post"."id" = ?) RETURNING 1
--   $1 = NULL
--   $2 = 'ada'
--   $3 = 2
--   $4 = 4
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" WHERE "Post"."authorId" = ? AND (NOT "Post"."id" = ?) AND (NOT "Post"."id" = ?)
--   $1 = 'ada'
--   $2 = 2
--   $3 = 4
UPDATE "Post" SET "authorId" = ? WHERE "Post"."id" = ? RETURNING 1
--   $1 = 'ada'
--   $2 = 2
UPDATE "Post" SET "authorId" = ? WHERE "Post"."id" = ? RETURNING 1
--   $1 = 'ada'
--   $2 = 4
COMMIT

-- PATCH /api/v1/authors/ada {"posts": {"set": []}}
-- → 200
BEGIN IMMEDIATE
SELECT "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "Author" WHERE "Author"."id" = ?
--   $1 = 'ada'
UPDATE "Post" SET "authorId" = ? WHERE "Post"."authorId" = ? RETURNING 1
--   $1 = NULL
--   $2 = 'ada'
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" WHERE "Post"."authorId" = ?
--   $1 = 'ada'
COMMIT

---- Many to many

-- PATCH /api/v1/posts/1 {"tags": {"connect": {"name": "blue"}}}
-- → 200
BEGIN IMMEDIATE
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" WHERE "Post"."id" = ?
--   $1 = 1
SELECT "Tag"."id", "Tag"."name" FROM "Tag" WHERE "Tag"."name" = ?
--   $1 = 'blue'
INSERT INTO "_PostToTag" ("A", "B") VALUES (?, ?) ON CONFLICT  DO NOTHING RETURNING 1
--   $1 = 1
--   $2 = 3
COMMIT

-- PATCH /api/v1/posts/1 {"tags": {"disconnect": [{"name": "blue"}]}}
-- → 200
BEGIN IMMEDIATE
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" WHERE "Post"."id" = ?
--   $1 = 1
SELECT "Tag"."id", "Tag"."name" FROM "Tag" WHERE "Tag"."name" = ?
--   $1 = 'blue'
DELETE FROM "_PostToTag" WHERE "A" = ? AND "B" = ? RETURNING 1
--   $1 = 1
--   $2 = 3
COMMIT

-- PATCH /api/v1/posts/1 {"tags": {"set": [{"name": "green"}, {"name": "blue"}]}}
-- → 200
BEGIN IMMEDIATE
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" WHERE "Post"."id" = ?
--   $1 = 1
DELETE FROM "_PostToTag" WHERE "A" = ? RETURNING 1
--   $1 = 1
SELECT "Tag"."id", "Tag"."name" FROM "Tag" WHERE "Tag"."name" = ?
--   $1 = 'green'
INSERT INTO "_PostToTag" ("A", "B") VALUES (?, ?) ON CONFLICT  DO NOTHING RETURNING 1
--   $1 = 1
--   $2 = 2
SELECT "Tag"."id", "Tag"."name" FROM "Tag" WHERE "Tag"."name" = ?
--   $1 = 'blue'
INSERT INTO "_PostToTag" ("A", "B") VALUES (?, ?) ON CONFLICT  DO NOTHING RETURNING 1
--   $1 = 1
--   $2 = 3
COMMIT

-- PATCH /api/v1/posts/1 {"tags": {"set": []}}
-- → 200
BEGIN IMMEDIATE
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" WHERE "Post"."id" = ?
--   $1 = 1
DELETE FROM "_PostToTag" WHERE "A" = ? RETURNING 1
--   $1 = 1
COMMIT

-- PATCH /api/v1/posts/1 {"tags": {"create": {"name": "u1"}}}
-- → 200
BEGIN IMMEDIATE
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" WHERE "Post"."id" = ?
--   $1 = 1
INSERT INTO "Tag" ("name") VALUES (?) RETURNING "Tag"."id", "Tag"."name"
--   $1 = 'u1'
INSERT INTO "_PostToTag" ("A", "B") VALUES (?, ?) ON CONFLICT  DO NOTHING RETURNING 1
--   $1 = 1
--   $2 = 4
COMMIT

-- PATCH /api/v1/posts/1 {"tags": {"connectOrCreate": {"where": {"name": "u2"}, "create": {"name": "u2"}}}}
-- → 200
BEGIN IMMEDIATE
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" WHERE "Post"."id" = ?
--   $1 = 1
SELECT "Tag"."id", "Tag"."name" FROM "Tag" WHERE "Tag"."name" = ?
--   $1 = 'u2'
INSERT INTO "Tag" ("name") VALUES (?) ON CONFLICT ("name") DO NOTHING RETURNING "Tag"."id", "Tag"."name"
--   $1 = 'u2'
INSERT INTO "_PostToTag" ("A", "B") VALUES (?, ?) ON CONFLICT  DO NOTHING RETURNING 1
--   $1 = 1
--   $2 = 5
COMMIT

-- PATCH /api/v1/posts/1 {"tags": {"update": {"where": {"name": "u1"}, "data": {"name": "u1b"}}}}
-- → 200
BEGIN IMMEDIATE
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" WHERE "Post"."id" = ?
--   $1 = 1
SELECT "Tag"."id", "Tag"."name" FROM "Tag" WHERE "Tag"."name" = ?
--   $1 = 'u1'
SELECT 1 FROM "_PostToTag" WHERE "A" = ? AND "B" = ?
--   $1 = 1
--   $2 = 4
SELECT "Tag"."id", "Tag"."name" FROM "Tag" WHERE "Tag"."id" = ?
--   $1 = 4
UPDATE "Tag" SET "name" = ? WHERE "Tag"."id" = ? RETURNING "Tag"."id", "Tag"."name"
--   $1 = 'u1b'
--   $2 = 4
COMMIT

-- PATCH /api/v1/posts/1 {"tags": {"delete": {"name": "u2"}}}
-- → 200
BEGIN IMMEDIATE
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" WHERE "Post"."id" = ?
--   $1 = 1
SELECT "Tag"."id", "Tag"."name" FROM "Tag" WHERE "Tag"."name" = ?
--   $1 = 'u2'
SELECT 1 FROM "_PostToTag" WHERE "A" = ? AND "B" = ?
--   $1 = 1
--   $2 = 5
DELETE FROM "_PostToTag" WHERE "A" = ? AND "B" = ? RETURNING 1
--   $1 = 1
--   $2 = 5
DELETE FROM "Tag" WHERE "Tag"."id" = ? RETURNING 1
--   $1 = 5
SELECT "Tag"."id", "Tag"."name" FROM "Tag" WHERE "Tag"."id" = ?
--   $1 = 5
COMMIT

---- Refused

-- PATCH /api/v1/posts/1 {"comments": {"update": {"where": {"id": 3}, "data": {"text": "not its own"}}}}
-- → 409
BEGIN IMMEDIATE
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" WHERE "Post"."id" = ?
--   $1 = 1
SELECT "Comment"."id", "Comment"."text", "Comment"."postId", "Comment"."authorId" FROM "Comment" WHERE "Comment"."postId" = ? AND "Comment"."id" = ?
--   $1 = 1
--   $2 = 3
ROLLBACK

-- PATCH /api/v1/posts/999 {"author": {"disconnect": true}}
-- → 404
BEGIN IMMEDIATE
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" WHERE "Post"."id" = ?
--   $1 = 999
ROLLBACK
