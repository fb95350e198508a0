-- The statements of requests/updates.http; `UPDATE_GOLDEN=1 cargo test --test it golden` writes them.

---- By key

-- PATCH /api/v1/posts/1 {"title": "New"}
-- → 200
UPDATE "public"."Post" SET "title" = $1 WHERE "Post"."id" = $2 RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = 'New'
--   $2 = '1'

-- PATCH /api/v1/posts/1 {"words": 7, "authorId": null}
-- → 200
UPDATE "public"."Post" SET "words" = $1, "authorId" = $2 WHERE "Post"."id" = $3 RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = '7'
--   $2 = NULL
--   $3 = '1'

-- PATCH /api/v1/posts/1 {}
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE "Post"."id" = $1
--   $1 = '1'

-- PATCH /api/v1/posts/999 {"title": "New"}
-- → 404
UPDATE "public"."Post" SET "title" = $1 WHERE "Post"."id" = $2 RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = 'New'
--   $2 = '999'
SELECT COUNT(*) FROM (SELECT 1 FROM "public"."Post" WHERE "Post"."id" = $1 LIMIT 1) AS "rows"
--   $1 = '999'

-- PATCH /api/v1/seats/A,1 {"ticket": null, "taken": 4}
-- → 200
UPDATE "public"."Seat" SET "ticket" = $1, "taken" = $2 WHERE "Seat"."hall" = $3 AND "Seat"."number" = $4 RETURNING "Seat"."hall", "Seat"."number", "Seat"."ticket", "Seat"."taken"
--   $1 = NULL
--   $2 = '4'
--   $3 = 'A'
--   $4 = '1'

-- PATCH /api/v1/seats/A,1 {"number": 77}
-- → 200
UPDATE "public"."Seat" SET "number" = $1 WHERE "Seat"."hall" = $2 AND "Seat"."number" = $3 RETURNING "Seat"."hall", "Seat"."number", "Seat"."ticket", "Seat"."taken"
--   $1 = '77'
--   $2 = 'A'
--   $3 = '1'

-- PATCH /api/v1/authors/ada {"name": "A"}
-- → 200
UPDATE "public"."Author" SET "name" = $1, "updatedAt" = $2 WHERE "Author"."id" = $3 RETURNING "Author"."id", "Author"."email", "Author"."name", CAST("Author"."role" AS text), "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt"
--   $1 = 'A'
--   $2 = '«now 0000-00-00T00:00:00.000»Z'
--   $3 = 'ada'

-- PATCH /api/v1/posts/1?select=id,author(name) {"authorId": "bob"}
-- → 200
BEGIN ISOLATION LEVEL READ COMMITTED
UPDATE "public"."Post" SET "authorId" = $1 WHERE "Post"."id" = $2 RETURNING "Post"."id"
--   $1 = 'bob'
--   $2 = '1'
SELECT "Post"."id", (SELECT ROW("Author_1"."name") FROM "public"."Author" AS "Author_1" WHERE "Author_1"."id" = "Post"."authorId" AND TRUE), "Post"."id" FROM "public"."Post" AS "Post" WHERE "Post"."id" = ANY($1) ORDER BY "Post"."id" ASC
--   $1 = '{"1"}'
COMMIT

-- PATCH /api/v1/posts/1 {"title": "q"} | Prefer: return=minimal
-- → 204
UPDATE "public"."Post" SET "title" = $1 WHERE "Post"."id" = $2 RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = 'q'
--   $2 = '1'

-- PATCH /api/v1/posts/1 {"words": -1}
-- → 422
UPDATE "public"."Post" SET "words" = $1 WHERE "Post"."id" = $2 RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = '-1'
--   $2 = '1'

---- Documents

-- PATCH /api/v1/authors/ada {"preferences": {"theme": "red", "tags": null}} | Content-Type: application/merge-patch+json
-- → 200
UPDATE "public"."Author" SET "preferences" = (((CASE WHEN jsonb_typeof(CAST("preferences" AS jsonb)) = 'object' THEN CAST("preferences" AS jsonb) ELSE '{}'::jsonb END) - ARRAY(SELECT jsonb_array_elements_text($1::jsonb))) || $2::jsonb), "updatedAt" = $3 WHERE "Author"."id" = $4 RETURNING "Author"."id", "Author"."email", "Author"."name", CAST("Author"."role" AS text), "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt"
--   $1 = '["tags"]'
--   $2 = '{"theme":"red"}'
--   $3 = '«now 0000-00-00T00:00:00.000»Z'
--   $4 = 'ada'

-- PATCH /api/v1/authors/ada {"preferences": {"whole": true}}
-- → 200
UPDATE "public"."Author" SET "preferences" = $1, "updatedAt" = $2 WHERE "Author"."id" = $3 RETURNING "Author"."id", "Author"."email", "Author"."name", CAST("Author"."role" AS text), "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt"
--   $1 = '{"whole": true}'
--   $2 = '«now 0000-00-00T00:00:00.000»Z'
--   $3 = 'ada'

-- PATCH /api/v1/authors/ada/preferences {"theme": "blue"} | Content-Type: application/merge-patch+json
-- → 200
UPDATE "public"."Author" SET "preferences" = ((CASE WHEN jsonb_typeof(CAST("preferences" AS jsonb)) = 'object' THEN CAST("preferences" AS jsonb) ELSE '{}'::jsonb END) || $1::jsonb), "updatedAt" = $2 WHERE "Author"."id" = $3 RETURNING "Author"."preferences"
--   $1 = '{"theme":"blue"}'
--   $2 = '«now 0000-00-00T00:00:00.000»Z'
--   $3 = 'ada'

---- Under conditions

-- GET /api/v1/posts/2
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE "Post"."id" = $1
--   $1 = '2'

-- PATCH /api/v1/posts/2 {"title": "If"} | If-Match: @
-- → 200
BEGIN ISOLATION LEVEL READ COMMITTED
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE "Post"."id" = $1 FOR NO KEY UPDATE
--   $1 = '2'
UPDATE "public"."Post" SET "title" = $1 WHERE "Post"."id" = $2 RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = 'If'
--   $2 = '2'
COMMIT

-- PATCH /api/v1/posts/2 {"title": "If"} | If-Match: "other"
-- → 412
BEGIN ISOLATION LEVEL READ COMMITTED
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE "Post"."id" = $1 FOR NO KEY UPDATE
--   $1 = '2'
ROLLBACK

-- PATCH /api/v1/posts/2 {"title": "If"} | If-Match: *
-- → 200
BEGIN ISOLATION LEVEL READ COMMITTED
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE "Post"."id" = $1 FOR NO KEY UPDATE
--   $1 = '2'
UPDATE "public"."Post" SET "title" = $1 WHERE "Post"."id" = $2 RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = 'If'
--   $2 = '2'
COMMIT

-- GET /api/v1/posts/2 | If-None-Match: *
-- → 304
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE "Post"."id" = $1
--   $1 = '2'

---- By a filter

-- PATCH /api/v1/posts?words=gte.20 {"version": 2}
-- → 200
BEGIN ISOLATION LEVEL READ COMMITTED
SELECT COUNT(*) FROM (SELECT 1 FROM "public"."Post" WHERE "Post"."words" >= $1 LIMIT 1001) AS "rows"
--   $1 = '20'
UPDATE "public"."Post" SET "version" = $1 WHERE "Post"."words" >= $2 RETURNING 1
--   $1 = '2'
--   $2 = '20'
COMMIT

-- PATCH /api/v1/posts?title=like.T* {"version": 3, "authorId": "ada"} | Prefer: return=representation
-- → 200
BEGIN ISOLATION LEVEL READ COMMITTED
SELECT COUNT(*) FROM (SELECT 1 FROM "public"."Post" WHERE "Post"."title" LIKE $1 LIMIT 1001) AS "rows"
--   $1 = 'T%'
UPDATE "public"."Post" SET "authorId" = $1, "version" = $2 WHERE "Post"."title" LIKE $3 RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = 'ada'
--   $2 = '3'
--   $3 = 'T%'
COMMIT

-- PATCH /api/v1/posts?words=gte.0 {"version": 4} | Prefer: max-affected=1
-- → 400
BEGIN ISOLATION LEVEL READ COMMITTED
SELECT COUNT(*) FROM (SELECT 1 FROM "public"."Post" WHERE "Post"."words" >= $1 LIMIT 2) AS "rows"
--   $1 = '0'
ROLLBACK

-- PATCH /api/v1/authors?or=(score.eq.7,name.is.null) {"score": 8}
-- → 200
BEGIN ISOLATION LEVEL READ COMMITTED
SELECT COUNT(*) FROM (SELECT 1 FROM "public"."Author" WHERE "Author"."score" = $1 OR "Author"."name" IS NULL LIMIT 1001) AS "rows"
--   $1 = '7'
UPDATE "public"."Author" SET "score" = $1, "updatedAt" = $2 WHERE "Author"."score" = $3 OR "Author"."name" IS NULL RETURNING 1
--   $1 = '8'
--   $2 = '«now 0000-00-00T00:00:00.000»Z'
--   $3 = '7'
COMMIT

-- PATCH /api/v1/posts?words=gte.0 {}
-- → 200

-- PATCH /api/v1/posts?words=gte.0 {"version": 5} | Prefer: tx=rollback
-- → 200
BEGIN ISOLATION LEVEL READ COMMITTED
SELECT COUNT(*) FROM (SELECT 1 FROM "public"."Post" WHERE "Post"."words" >= $1 LIMIT 1001) AS "rows"
--   $1 = '0'
UPDATE "public"."Post" SET "version" = $1 WHERE "Post"."words" >= $2 RETURNING 1
--   $1 = '5'
--   $2 = '0'
SET CONSTRAINTS ALL IMMEDIATE
ROLLBACK

-- PATCH /api/v1/authors?name=eq.Bob {"preferences": {"a": 1}} | Content-Type: application/merge-patch+json
-- → 200
BEGIN ISOLATION LEVEL READ COMMITTED
SELECT COUNT(*) FROM (SELECT 1 FROM "public"."Author" WHERE "Author"."name" = $1 LIMIT 1001) AS "rows"
--   $1 = 'Bob'
UPDATE "public"."Author" SET "preferences" = ((CASE WHEN jsonb_typeof(CAST("preferences" AS jsonb)) = 'object' THEN CAST("preferences" AS jsonb) ELSE '{}'::jsonb END) || $1::jsonb), "updatedAt" = $2 WHERE "Author"."name" = $3 RETURNING 1
--   $1 = '{"a":1}'
--   $2 = '«now 0000-00-00T00:00:00.000»Z'
--   $3 = 'Bob'
COMMIT
