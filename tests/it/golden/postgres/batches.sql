-- The statements of requests/batches.http; `UPDATE_GOLDEN=1 cargo test --test it golden` writes them.

-- POST /api/v1/batch {"operations": [{"as": "author", "method": "POST", "path": "/authors", "body": {"email": "x@example.com"}}, {"as": "post", "method": "POST", "path": "/posts", "body": {"title": "t", "authorId": {"$ref": "author.id"}}}, {"method": "PATCH", "path": "/authors/{author.id}", "body": {"name": "X"}}, {"method": "GET", "path": "/posts/{post.id}?select=title,author(name)"}, {"method": "DELETE", "path": "/posts/{post.id}"}]}
-- → 200
BEGIN ISOLATION LEVEL READ COMMITTED
INSERT INTO "public"."Author" ("id", "email", "createdAt", "updatedAt") VALUES ($1, $2, $3, $4) RETURNING "Author"."id", "Author"."email", "Author"."name", CAST("Author"."role" AS text), "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt"
--   $1 = '«cuid 1»'
--   $2 = 'x@example.com'
--   $3 = '«now 0000-00-00T00:00:00.000»Z'
--   $4 = '«now 0000-00-00T00:00:00.000»Z'
INSERT INTO "public"."Post" ("title", "authorId") VALUES ($1, $2) RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = 't'
--   $2 = '«cuid 1»'
UPDATE "public"."Author" SET "name" = $1, "updatedAt" = $2 WHERE "Author"."id" = $3 RETURNING "Author"."id", "Author"."email", "Author"."name", CAST("Author"."role" AS text), "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt"
--   $1 = 'X'
--   $2 = '«now 0000-00-00T00:00:00.000»Z'
--   $3 = '«cuid 1»'
SELECT "Post"."id" FROM "public"."Post" WHERE "Post"."id" = $1
--   $1 = '5'
SELECT "Post"."title", (SELECT ROW("Author_1"."name") FROM "public"."Author" AS "Author_1" WHERE "Author_1"."id" = "Post"."authorId" AND TRUE), "Post"."id" FROM "public"."Post" AS "Post" WHERE "Post"."id" = ANY($1) ORDER BY "Post"."id" ASC
--   $1 = '{"5"}'
DELETE FROM "public"."Post" WHERE "Post"."id" = $1 RETURNING 1
--   $1 = '5'
COMMIT

-- POST /api/v1/batch {"isolation": "serializable", "operations": [{"method": "POST", "path": "/tags", "body": [{"name": "x"}, {"name": "y"}]}, {"method": "POST", "path": "/tags?onConflict=name", "body": {"name": "x"}}, {"method": "PUT", "path": "/seats/A,1", "body": {"taken": 1}}, {"method": "PATCH", "path": "/posts?words=gte.100", "body": {"version": 1}}, {"method": "DELETE", "path": "/comments?id=eq.1"}, {"method": "POST", "path": "/posts", "body": {"title": "n", "tags": {"connect": {"name": "x"}}}}]}
-- → 200
BEGIN ISOLATION LEVEL SERIALIZABLE
INSERT INTO "public"."Tag" ("name") SELECT "rows"."name" FROM json_populate_recordset(NULL::"public"."Tag", $1) AS "rows" RETURNING "Tag"."id", "Tag"."name"
--   $1 = '[{"name":"x"},{"name":"y"}]'
INSERT INTO "public"."Tag" ("name") VALUES ($1) ON CONFLICT ("name") DO UPDATE SET "name" = "excluded"."name" RETURNING "Tag"."id", "Tag"."name", xmax = 0
--   $1 = 'x'
INSERT INTO "public"."Seat" ("hall", "number", "ticket", "taken") VALUES ($1, $2, $3, $4) ON CONFLICT ("hall", "number") DO UPDATE SET "hall" = "excluded"."hall", "number" = "excluded"."number", "ticket" = "excluded"."ticket", "taken" = "excluded"."taken" RETURNING "Seat"."hall", "Seat"."number", "Seat"."ticket", "Seat"."taken", xmax = 0
--   $1 = 'A'
--   $2 = '1'
--   $3 = NULL
--   $4 = '1'
SELECT COUNT(*) FROM (SELECT 1 FROM "public"."Post" WHERE "Post"."words" >= $1 LIMIT 1001) AS "rows"
--   $1 = '100'
UPDATE "public"."Post" SET "version" = $1 WHERE "Post"."words" >= $2 RETURNING 1
--   $1 = '1'
--   $2 = '100'
SELECT COUNT(*) FROM (SELECT 1 FROM "public"."Comment" WHERE "Comment"."id" = $1 LIMIT 1001) AS "rows"
--   $1 = '1'
DELETE FROM "public"."Comment" WHERE "Comment"."id" = $1 RETURNING 1
--   $1 = '1'
INSERT INTO "public"."Post" ("title") VALUES ($1) RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = 'n'
SELECT "Tag"."id", "Tag"."name" FROM "public"."Tag" WHERE "Tag"."name" = $1 FOR KEY SHARE
--   $1 = 'x'
INSERT INTO "public"."_PostToTag" ("A", "B") VALUES ($1, $2) ON CONFLICT  DO NOTHING RETURNING 1
--   $1 = '6'
--   $2 = '4'
COMMIT

-- POST /api/v1/batch {"operations": [{"method": "POST", "path": "/tags", "body": {"name": "z"}}, {"method": "POST", "path": "/tags", "body": {"name": "red"}}]}
-- → 409
BEGIN ISOLATION LEVEL READ COMMITTED
INSERT INTO "public"."Tag" ("name") VALUES ($1) RETURNING "Tag"."id", "Tag"."name"
--   $1 = 'z'
INSERT INTO "public"."Tag" ("name") VALUES ($1) RETURNING "Tag"."id", "Tag"."name"
--   $1 = 'red'
ROLLBACK
