-- The statements of requests/nested_creates.http; `UPDATE_GOLDEN=1 cargo test --test it golden` writes them.

---- To one

-- POST /api/v1/posts {"title": "t", "author": {"connect": {"email": "ada@example.com"}}}
-- → 201
BEGIN IMMEDIATE
SELECT "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "Author" WHERE "Author"."email" = ?
--   $1 = 'ada@example.com'
INSERT INTO "Post" ("title", "authorId") VALUES (?, ?) RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = 't'
--   $2 = 'ada'
COMMIT

-- POST /api/v1/posts {"title": "t", "author": {"connect": {"id": "ada"}}}
-- → 201
BEGIN IMMEDIATE
SELECT "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "Author" WHERE "Author"."id" = ?
--   $1 = 'ada'
INSERT INTO "Post" ("title", "authorId") VALUES (?, ?) RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = 't'
--   $2 = 'ada'
COMMIT

-- POST /api/v1/posts {"title": "t", "author": {"create": {"email": "n1@example.com"}}}
-- → 201
BEGIN IMMEDIATE
INSERT INTO "Author" ("id", "email", "createdAt", "updatedAt") VALUES (?, ?, ?, ?) RETURNING "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt"
--   $1 = '«cuid 1»'
--   $2 = 'n1@example.com'
--   $3 = '«now 0000-00-00T00:00:00.000»+00:00'
--   $4 = '«now 0000-00-00T00:00:00.000»+00:00'
INSERT INTO "Post" ("title", "authorId") VALUES (?, ?) RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = 't'
--   $2 = '«cuid 1»'
COMMIT

-- POST /api/v1/posts {"title": "t", "author": {"connectOrCreate": {"where": {"email": "n1@example.com"}, "create": {"email": "n1@example.com"}}}}
-- → 201
BEGIN IMMEDIATE
SELECT "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "Author" WHERE "Author"."email" = ?
--   $1 = 'n1@example.com'
INSERT INTO "Post" ("title", "authorId") VALUES (?, ?) RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = 't'
--   $2 = '«cuid 1»'
COMMIT

-- POST /api/v1/posts {"title": "t", "author": {"connectOrCreate": {"where": {"email": "n2@example.com"}, "create": {"email": "n2@example.com"}}}}
-- → 201
BEGIN IMMEDIATE
SELECT "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "Author" WHERE "Author"."email" = ?
--   $1 = 'n2@example.com'
INSERT INTO "Author" ("id", "email", "createdAt", "updatedAt") VALUES (?, ?, ?, ?) ON CONFLICT ("email") DO NOTHING RETURNING "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt"
--   $1 = '«cuid 2»'
--   $2 = 'n2@example.com'
--   $3 = '«now 0000-00-00T00:00:00.000»+00:00'
--   $4 = '«now 0000-00-00T00:00:00.000»+00:00'
INSERT INTO "Post" ("title", "authorId") VALUES (?, ?) RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = 't'
--   $2 = '«cuid 2»'
COMMIT

-- POST /api/v1/posts {"title": "t", "author": {"create": {"email": "n3@example.com", "profile": {"create": {"bio": "b"}}}}}
-- → 201
BEGIN IMMEDIATE
INSERT INTO "Author" ("id", "email", "createdAt", "updatedAt") VALUES (?, ?, ?, ?) RETURNING "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt"
--   $1 = '«cuid 3»'
--   $2 = 'n3@example.com'
--   $3 = '«now 0000-00-00T00:00:00.000»+00:00'
--   $4 = '«now 0000-00-00T00:00:00.000»+00:00'
INSERT INTO "Profile" ("bio", "authorId") VALUES (?, ?) RETURNING "Profile"."id", "Profile"."bio", "Profile"."authorId"
--   $1 = 'b'
--   $2 = '«cuid 3»'
INSERT INTO "Post" ("title", "authorId") VALUES (?, ?) RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = 't'
--   $2 = '«cuid 3»'
COMMIT

---- To many

-- POST /api/v1/posts {"title": "t", "comments": {"create": {"text": "a"}}}
-- → 201
BEGIN IMMEDIATE
INSERT INTO "Post" ("title") VALUES (?) RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = 't'
INSERT INTO "Comment" ("text", "postId") VALUES (?, ?) RETURNING "Comment"."id", "Comment"."text", "Comment"."postId", "Comment"."authorId"
--   $1 = 'a'
--   $2 = 11
COMMIT

-- POST /api/v1/posts {"title": "t", "comments": {"create": [{"text": "a"}, {"text": "b", "authorId": "ada"}]}}
-- → 201
BEGIN IMMEDIATE
INSERT INTO "Post" ("title") VALUES (?) RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = 't'
INSERT INTO "Comment" ("text", "postId") VALUES (?, ?) RETURNING "Comment"."id", "Comment"."text", "Comment"."postId", "Comment"."authorId"
--   $1 = 'a'
--   $2 = 12
INSERT INTO "Comment" ("text", "postId", "authorId") VALUES (?, ?, ?) RETURNING "Comment"."id", "Comment"."text", "Comment"."postId", "Comment"."authorId"
--   $1 = 'b'
--   $2 = 12
--   $3 = 'ada'
COMMIT

-- POST /api/v1/posts {"title": "t", "comments": {"createMany": {"data": [{"text": "a"}, {"text": "b"}]}}}
-- → 201
BEGIN IMMEDIATE
INSERT INTO "Post" ("title") VALUES (?) RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = 't'
INSERT INTO "Comment" ("text", "postId") VALUES (?, ?) RETURNING "Comment"."id", "Comment"."text", "Comment"."postId", "Comment"."authorId"
--   $1 = 'a'
--   $2 = 13
INSERT INTO "Comment" ("text", "postId") VALUES (?, ?) RETURNING "Comment"."id", "Comment"."text", "Comment"."postId", "Comment"."authorId"
--   $1 = 'b'
--   $2 = 13
COMMIT

-- POST /api/v1/posts {"title": "t", "comments": {"connect": [{"id": 1}, {"id": 2}]}}
-- → 201
BEGIN IMMEDIATE
INSERT INTO "Post" ("title") VALUES (?) RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = 't'
UPDATE "Comment" SET "postId" = ? WHERE "Comment"."id" = ? RETURNING 1
--   $1 = 14
--   $2 = 1
UPDATE "Comment" SET "postId" = ? WHERE "Comment"."id" = ? RETURNING 1
--   $1 = 14
--   $2 = 2
COMMIT

-- POST /api/v1/posts {"title": "t", "comments": {"connectOrCreate": {"where": {"id": 3}, "create": {"text": "c"}}}}
-- → 201
BEGIN IMMEDIATE
INSERT INTO "Post" ("title") VALUES (?) RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = 't'
UPDATE "Comment" SET "postId" = ? WHERE "Comment"."id" = ? RETURNING 1
--   $1 = 15
--   $2 = 3
COMMIT

-- POST /api/v1/authors {"email": "n4@example.com", "profile": {"create": {"bio": "b"}}, "posts": {"create": [{"title": "1"}, {"title": "2"}]}}
-- → 201
BEGIN IMMEDIATE
INSERT INTO "Author" ("id", "email", "createdAt", "updatedAt") VALUES (?, ?, ?, ?) RETURNING "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt"
--   $1 = '«cuid 4»'
--   $2 = 'n4@example.com'
--   $3 = '«now 0000-00-00T00:00:00.000»+00:00'
--   $4 = '«now 0000-00-00T00:00:00.000»+00:00'
INSERT INTO "Post" ("title", "authorId") VALUES (?, ?) RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = '1'
--   $2 = '«cuid 4»'
INSERT INTO "Post" ("title", "authorId") VALUES (?, ?) RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = '2'
--   $2 = '«cuid 4»'
INSERT INTO "Profile" ("bio", "authorId") VALUES (?, ?) RETURNING "Profile"."id", "Profile"."bio", "Profile"."authorId"
--   $1 = 'b'
--   $2 = '«cuid 4»'
COMMIT

-- POST /api/v1/tags {"name": "many", "posts": {"create": [{"title": "p", "comments": {"create": {"text": "deep"}}}]}}
-- → 201
BEGIN IMMEDIATE
INSERT INTO "Tag" ("name") VALUES (?) RETURNING "Tag"."id", "Tag"."name"
--   $1 = 'many'
INSERT INTO "Post" ("title") VALUES (?) RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = 'p'
INSERT INTO "Comment" ("text", "postId") VALUES (?, ?) RETURNING "Comment"."id", "Comment"."text", "Comment"."postId", "Comment"."authorId"
--   $1 = 'deep'
--   $2 = 18
INSERT INTO "_PostToTag" ("B", "A") VALUES (?, ?) ON CONFLICT  DO NOTHING RETURNING 1
--   $1 = 4
--   $2 = 18
COMMIT

---- Many to many

-- POST /api/v1/posts {"title": "t", "tags": {"connect": [{"name": "red"}, {"name": "blue"}]}}
-- → 201
BEGIN IMMEDIATE
INSERT INTO "Post" ("title") VALUES (?) RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = 't'
SELECT "Tag"."id", "Tag"."name" FROM "Tag" WHERE "Tag"."name" = ?
--   $1 = 'red'
INSERT INTO "_PostToTag" ("A", "B") VALUES (?, ?) ON CONFLICT  DO NOTHING RETURNING 1
--   $1 = 19
--   $2 = 1
SELECT "Tag"."id", "Tag"."name" FROM "Tag" WHERE "Tag"."name" = ?
--   $1 = 'blue'
INSERT INTO "_PostToTag" ("A", "B") VALUES (?, ?) ON CONFLICT  DO NOTHING RETURNING 1
--   $1 = 19
--   $2 = 3
COMMIT

-- POST /api/v1/posts {"title": "t", "tags": {"connect": {"id": 1}}}
-- → 201
BEGIN IMMEDIATE
INSERT INTO "Post" ("title") VALUES (?) RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = 't'
SELECT "Tag"."id", "Tag"."name" FROM "Tag" WHERE "Tag"."id" = ?
--   $1 = 1
INSERT INTO "_PostToTag" ("A", "B") VALUES (?, ?) ON CONFLICT  DO NOTHING RETURNING 1
--   $1 = 20
--   $2 = 1
COMMIT

-- POST /api/v1/posts {"title": "t", "tags": {"create": [{"name": "t1"}, {"name": "t2"}]}}
-- → 201
BEGIN IMMEDIATE
INSERT INTO "Post" ("title") VALUES (?) RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = 't'
INSERT INTO "Tag" ("name") VALUES (?) RETURNING "Tag"."id", "Tag"."name"
--   $1 = 't1'
INSERT INTO "Tag" ("name") VALUES (?) RETURNING "Tag"."id", "Tag"."name"
--   $1 = 't2'
INSERT INTO "_PostToTag" ("A", "B") VALUES (?, ?), (?, ?) ON CONFLICT  DO NOTHING RETURNING 1
--   $1 = 21
--   $2 = 5
--   $3 = 21
--   $4 = 6
COMMIT

-- POST /api/v1/posts {"title": "t", "tags": {"connectOrCreate": [{"where": {"name": "red"}, "create": {"name": "red"}}, {"where": {"name": "t3"}, "create": {"name": "t3"}}]}}
-- → 201
BEGIN IMMEDIATE
INSERT INTO "Post" ("title") VALUES (?) RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = 't'
SELECT "Tag"."id", "Tag"."name" FROM "Tag" WHERE "Tag"."name" = ?
--   $1 = 'red'
INSERT INTO "_PostToTag" ("A", "B") VALUES (?, ?) ON CONFLICT  DO NOTHING RETURNING 1
--   $1 = 22
--   $2 = 1
SELECT "Tag"."id", "Tag"."name" FROM "Tag" WHERE "Tag"."name" = ?
--   $1 = 't3'
INSERT INTO "Tag" ("name") VALUES (?) ON CONFLICT ("name") DO NOTHING RETURNING "Tag"."id", "Tag"."name"
--   $1 = 't3'
INSERT INTO "_PostToTag" ("A", "B") VALUES (?, ?) ON CONFLICT  DO NOTHING RETURNING 1
--   $1 = 22
--   $2 = 7
COMMIT

---- All together, and what is shown of it

-- POST /api/v1/posts {"title": "t", "author": {"create": {"email": "n5@example.com"}}, "tags": {"create": {"name": "t4"}, "connect": {"name": "red"}}, "comments": {"create": [{"text": "c1"}, {"text": "c2", "author": {"create": {"email": "n6@example.com"}}}]}}
-- → 201
BEGIN IMMEDIATE
INSERT INTO "Author" ("id", "email", "createdAt", "updatedAt") VALUES (?, ?, ?, ?) RETURNING "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt"
--   $1 = '«cuid 5»'
--   $2 = 'n5@example.com'
--   $3 = '«now 0000-00-00T00:00:00.000»+00:00'
--   $4 = '«now 0000-00-00T00:00:00.000»+00:00'
INSERT INTO "Post" ("title", "authorId") VALUES (?, ?) RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = 't'
--   $2 = '«cuid 5»'
INSERT INTO "Comment" ("text", "postId") VALUES (?, ?) RETURNING "Comment"."id", "Comment"."text", "Comment"."postId", "Comment"."authorId"
--   $1 = 'c1'
--   $2 = 23
INSERT INTO "Author" ("id", "email", "createdAt", "updatedAt") VALUES (?, ?, ?, ?) RETURNING "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt"
--   $1 = '«cuid 6»'
--   $2 = 'n6@example.com'
--   $3 = '«now 0000-00-00T00:00:00.000»+00:00'
--   $4 = '«now 0000-00-00T00:00:00.000»+00:00'
INSERT INTO "Comment" ("text", "postId", "authorId") VALUES (?, ?, ?) RETURNING "Comment"."id", "Comment"."text", "Comment"."postId", "Comment"."authorId"
--   $1 = 'c2'
--   $2 = 23
--   $3 = '«cuid 6»'
SELECT "Tag"."id", "Tag"."name" FROM "Tag" WHERE "Tag"."name" = ?
--   $1 = 'red'
INSERT INTO "_PostToTag" ("A", "B") VALUES (?, ?) ON CONFLICT  DO NOTHING RETURNING 1
--   $1 = 23
--   $2 = 1
INSERT INTO "Tag" ("name") VALUES (?) RETURNING "Tag"."id", "Tag"."name"
--   $1 = 't4'
INSERT INTO "_PostToTag" ("A", "B") VALUES (?, ?) ON CONFLICT  DO NOTHING RETURNING 1
--   $1 = 23
--   $2 = 8
COMMIT

-- POST /api/v1/posts?select=title,author(email),tags(name) {"title": "t", "author": {"connect": {"id": "bob"}}, "tags": {"connect": {"name": "red"}}}
-- → 201
BEGIN IMMEDIATE
SELECT "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "Author" WHERE "Author"."id" = ?
--   $1 = 'bob'
INSERT INTO "Post" ("title", "authorId") VALUES (?, ?) RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = 't'
--   $2 = 'bob'
SELECT "Tag"."id", "Tag"."name" FROM "Tag" WHERE "Tag"."name" = ?
--   $1 = 'red'
INSERT INTO "_PostToTag" ("A", "B") VALUES (?, ?) ON CONFLICT  DO NOTHING RETURNING 1
--   $1 = 24
--   $2 = 1
SELECT "Post"."title", json((SELECT json_array(quote("Author_1"."email")) FROM "Author" AS "Author_1" WHERE "Author_1"."id" = "Post"."authorId" AND TRUE)), json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Tag_1"."name")) AS "row" FROM "Tag" AS "Tag_1" INNER JOIN "_PostToTag" AS "_PostToTag" ON "_PostToTag"."B" = "Tag_1"."id" WHERE "_PostToTag"."A" = "Post"."id" AND TRUE ORDER BY "Tag_1"."id" ASC LIMIT 1001) AS "rows")), "Post"."id" FROM "Post" AS "Post" WHERE "Post"."id" IN (?) ORDER BY "Post"."id" ASC
--   $1 = 24
COMMIT

---- Several rows, each with its own

-- POST /api/v1/posts [{"title": "1", "author": {"connect": {"id": "ada"}}}, {"title": "2"}, {"title": "3", "tags": {"connect": {"name": "blue"}}}]
-- → 201
BEGIN IMMEDIATE
SELECT "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "Author" WHERE "Author"."id" = ?
--   $1 = 'ada'
INSERT INTO "Post" ("title", "authorId") VALUES (?, ?) RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = '1'
--   $2 = 'ada'
INSERT INTO "Post" ("title") VALUES (?) RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = '2'
INSERT INTO "Post" ("title") VALUES (?) RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = '3'
SELECT "Tag"."id", "Tag"."name" FROM "Tag" WHERE "Tag"."name" = ?
--   $1 = 'blue'
INSERT INTO "_PostToTag" ("A", "B") VALUES (?, ?) ON CONFLICT  DO NOTHING RETURNING 1
--   $1 = 27
--   $2 = 3
COMMIT

---- Refused

-- POST /api/v1/posts {"title": "t", "author": {"connect": {"email": "nobody@example.com"}}}
-- → 409
BEGIN IMMEDIATE
SELECT "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "Author" WHERE "Author"."email" = ?
--   $1 = 'nobody@example.com'
ROLLBACK

-- POST /api/v1/posts {"title": "t", "author": {"create": {"email": "ada@example.com"}}}
-- → 409
BEGIN IMMEDIATE
INSERT INTO "Author" ("id", "email", "createdAt", "updatedAt") VALUES (?, ?, ?, ?) RETURNING "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt"
--   $1 = '«cuid 7»'
--   $2 = 'ada@example.com'
--   $3 = '«now 0000-00-00T00:00:00.000»+00:00'
--   $4 = '«now 0000-00-00T00:00:00.000»+00:00'
ROLLBACK

-- POST /api/v1/posts {"title": "t", "tags": {"connect": [{"name": "red"}, {"name": "none"}]}}
-- → 409
BEGIN IMMEDIATE
INSERT INTO "Post" ("title") VALUES (?) RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = 't'
SELECT "Tag"."id", "Tag"."name" FROM "Tag" WHERE "Tag"."name" = ?
--   $1 = 'red'
INSERT INTO "_PostToTag" ("A", "B") VALUES (?, ?) ON CONFLICT  DO NOTHING RETURNING 1
--   $1 = 28
--   $2 = 1
SELECT "Tag"."id", "Tag"."name" FROM "Tag" WHERE "Tag"."name" = ?
--   $1 = 'none'
ROLLBACK
