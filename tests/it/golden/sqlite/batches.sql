-- The statements of requests/batches.http; `UPDATE_GOLDEN=1 cargo test --test it golden` writes them.

-- POST /api/v1/batch {"operations": [{"as": "author", "method": "POST", "path": "/authors", "body": {"email": "x@example.com"}}, {"as": "post", "method": "POST", "path": "/posts", "body": {"title": "t", "authorId": {"$ref": "author.id"}}}, {"method": "PATCH", "path": "/authors/{author.id}", "body": {"name": "X"}}, {"method": "GET", "path": "/posts/{post.id}?select=title,author(name)"}, {"method": "DELETE", "path": "/posts/{post.id}"}]}
-- → 200
BEGIN IMMEDIATE
INSERT INTO "Author" ("id", "email", "createdAt", "updatedAt") VALUES (?, ?, ?, ?) RETURNING "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt"
--   $1 = '«cuid 1»'
--   $2 = 'x@example.com'
--   $3 = '«now 0000-00-00T00:00:00.000»+00:00'
--   $4 = '«now 0000-00-00T00:00:00.000»+00:00'
INSERT INTO "Post" ("title", "authorId") VALUES (?, ?) RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = 't'
--   $2 = '«cuid 1»'
UPDATE "Author" SET "name" = ?, "updatedAt" = ? WHERE "Author"."id" = ? RETURNING "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt"
--   $1 = 'X'
--   $2 = '«now 0000-00-00T00:00:00.000»+00:00'
--   $3 = '«cuid 1»'
SELECT "Post"."id" FROM "Post" WHERE "Post"."id" = ?
--   $1 = 5
SELECT "Post"."title", json((SELECT json_array(quote("Author_1"."name")) FROM "Author" AS "Author_1" WHERE "Author_1"."id" = "Post"."authorId" AND TRUE)), "Post"."id" FROM "Post" AS "Post" WHERE "Post"."id" IN (?) ORDER BY "Post"."id" ASC
--   $1 = 5
DELETE FROM "Post" WHERE "Post"."id" = ? RETURNING 1
--   $1 = 5
COMMIT

-- POST /api/v1/batch {"isolation": "serializable", "operations": [{"method": "POST", "path": "/tags", "body": [{"name": "x"}, {"name": "y"}]}, {"method": "POST", "path": "/tags?onConflict=name", "body": {"name": "x"}}, {"method": "PUT", "path": "/seats/A,1", "body": {"taken": 1}}, {"method": "PATCH", "path": "/posts?words=gte.100", "body": {"version": 1}}, {"method": "DELETE", "path": "/comments?id=eq.1"}, {"method": "POST", "path": "/posts", "body": {"title": "n", "tags": {"connect": {"name": "x"}}}}]}
-- → 200
BEGIN IMMEDIATE
INSERT INTO "Tag" ("name") VALUES (?) RETURNING "Tag"."id", "Tag"."name"
--   $1 = 'x'
INSERT INTO "Tag" ("name") VALUES (?) RETURNING "Tag"."id", "Tag"."name"
--   $1 = 'y'
INSERT INTO "Tag" ("name") VALUES (?) ON CONFLICT ("name") DO NOTHING RETURNING "Tag"."id", "Tag"."name"
--   $1 = 'x'
INSERT INTO "Tag" ("name") VALUES (?) ON CONFLICT ("name") DO UPDATE SET "name" = "excluded"."name" RETURNING "Tag"."id", "Tag"."name"
--   $1 = 'x'
INSERT INTO "Seat" ("hall", "number", "ticket", "taken") VALUES (?, ?, ?, ?) ON CONFLICT ("hall", "number") DO NOTHING RETURNING "Seat"."hall", "Seat"."number", "Seat"."ticket", "Seat"."taken"
--   $1 = 'A'
--   $2 = 1
--   $3 = NULL
--   $4 = 1
INSERT INTO "Seat" ("hall", "number", "ticket", "taken") VALUES (?, ?, ?, ?) ON CONFLICT ("hall", "number") DO UPDATE SET "hall" = "excluded"."hall", "number" = "excluded"."number", "ticket" = "excluded"."ticket", "taken" = "excluded"."taken" RETURNING "Seat"."hall", "Seat"."number", "Seat"."ticket", "Seat"."taken"
--   $1 = 'A'
--   $2 = 1
--   $3 = NULL
--   $4 = 1
SELECT COUNT(*) FROM (SELECT 1 FROM "Post" WHERE "Post"."words" >= ? LIMIT 1001) AS "rows"
--   $1 = 100
UPDATE "Post" SET "version" = ? WHERE "Post"."words" >= ? RETURNING 1
--   $1 = 1
--   $2 = 100
SELECT COUNT(*) FROM (SELECT 1 FROM "Comment" WHERE "Comment"."id" = ? LIMIT 1001) AS "rows"
--   $1 = 1
DELETE FROM "Comment" WHERE "Comment"."id" = ? RETURNING 1
--   $1 = 1
INSERT INTO "Post" ("title") VALUES (?) RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = 'n'
SELECT "Tag"."id", "Tag"."name" FROM "Tag" WHERE "Tag"."name" = ?
--   $1 = 'x'
INSERT INTO "_PostToTag" ("A", "B") VALUES (?, ?) ON CONFLICT  DO NOTHING RETURNING 1
--   $1 = 6
--   $2 = 4
COMMIT

-- POST /api/v1/batch {"operations": [{"method": "POST", "path": "/tags", "body": {"name": "z"}}, {"method": "POST", "path": "/tags", "body": {"name": "red"}}]}
-- → 409
BEGIN IMMEDIATE
INSERT INTO "Tag" ("name") VALUES (?) RETURNING "Tag"."id", "Tag"."name"
--   $1 = 'z'
INSERT INTO "Tag" ("name") VALUES (?) RETURNING "Tag"."id", "Tag"."name"
--   $1 = 'red'
ROLLBACK
