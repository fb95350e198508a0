-- The statements of requests/deletes.http; `UPDATE_GOLDEN=1 cargo test --test it golden` writes them.

-- DELETE /api/v1/tags/3
-- → 204
DELETE FROM "public"."Tag" WHERE "Tag"."id" = $1 RETURNING 1
--   $1 = '3'

-- DELETE /api/v1/tags/999
-- → 404
DELETE FROM "public"."Tag" WHERE "Tag"."id" = $1 RETURNING 1
--   $1 = '999'
SELECT COUNT(*) FROM (SELECT 1 FROM "public"."Tag" WHERE "Tag"."id" = $1 LIMIT 1) AS "rows"
--   $1 = '999'

-- DELETE /api/v1/seats/A,1
-- → 204
DELETE FROM "public"."Seat" WHERE "Seat"."hall" = $1 AND "Seat"."number" = $2 RETURNING 1
--   $1 = 'A'
--   $2 = '1'

-- DELETE /api/v1/authors/ada
-- → 409
DELETE FROM "public"."Author" WHERE "Author"."id" = $1 RETURNING 1
--   $1 = 'ada'

-- GET /api/v1/tags/2
-- → 200
SELECT "Tag"."id", "Tag"."name" FROM "public"."Tag" WHERE "Tag"."id" = $1
--   $1 = '2'

-- DELETE /api/v1/tags/2 | If-Match: @
-- → 204
BEGIN ISOLATION LEVEL READ COMMITTED
SELECT "Tag"."id", "Tag"."name" FROM "public"."Tag" WHERE "Tag"."id" = $1 FOR NO KEY UPDATE
--   $1 = '2'
DELETE FROM "public"."Tag" WHERE "Tag"."id" = $1 RETURNING 1
--   $1 = '2'
COMMIT

-- DELETE /api/v1/comments/1 | If-Match: *
-- → 204
BEGIN ISOLATION LEVEL READ COMMITTED
SELECT "Comment"."id", "Comment"."text", "Comment"."postId", "Comment"."authorId" FROM "public"."Comment" WHERE "Comment"."id" = $1 FOR NO KEY UPDATE
--   $1 = '1'
DELETE FROM "public"."Comment" WHERE "Comment"."id" = $1 RETURNING 1
--   $1 = '1'
COMMIT

-- DELETE /api/v1/comments/2 | Prefer: tx=rollback
-- → 204
BEGIN ISOLATION LEVEL READ COMMITTED
DELETE FROM "public"."Comment" WHERE "Comment"."id" = $1 RETURNING 1
--   $1 = '2'
SET CONSTRAINTS ALL IMMEDIATE
ROLLBACK

-- DELETE /api/v1/comments?text=like.T*
-- → 200
BEGIN ISOLATION LEVEL READ COMMITTED
SELECT COUNT(*) FROM (SELECT 1 FROM "public"."Comment" WHERE "Comment"."text" LIKE $1 LIMIT 1001) AS "rows"
--   $1 = 'T%'
DELETE FROM "public"."Comment" WHERE "Comment"."text" LIKE $1 RETURNING 1
--   $1 = 'T%'
COMMIT

-- DELETE /api/v1/comments?id=gt.0 | Prefer: return=representation
-- → 200
BEGIN ISOLATION LEVEL READ COMMITTED
SELECT COUNT(*) FROM (SELECT 1 FROM "public"."Comment" WHERE "Comment"."id" > $1 LIMIT 1001) AS "rows"
--   $1 = '0'
DELETE FROM "public"."Comment" WHERE "Comment"."id" > $1 RETURNING "Comment"."id", "Comment"."text", "Comment"."postId", "Comment"."authorId"
--   $1 = '0'
COMMIT

-- DELETE /api/v1/seats?hall=eq.A&number=in.(1,2)
-- → 200
BEGIN ISOLATION LEVEL READ COMMITTED
SELECT COUNT(*) FROM (SELECT 1 FROM "public"."Seat" WHERE "Seat"."hall" = $1 AND "Seat"."number" = ANY($2) LIMIT 1001) AS "rows"
--   $1 = 'A'
--   $2 = '{"1","2"}'
DELETE FROM "public"."Seat" WHERE "Seat"."hall" = $1 AND "Seat"."number" = ANY($2) RETURNING 1
--   $1 = 'A'
--   $2 = '{"1","2"}'
COMMIT

-- DELETE /api/v1/posts?words=gte.0 | Prefer: max-affected=1
-- → 400
BEGIN ISOLATION LEVEL READ COMMITTED
SELECT COUNT(*) FROM (SELECT 1 FROM "public"."Post" WHERE "Post"."words" >= $1 LIMIT 2) AS "rows"
--   $1 = '0'
ROLLBACK

-- DELETE /api/v1/posts?id=not.is.null | Prefer: return=minimal
-- → 204
BEGIN ISOLATION LEVEL READ COMMITTED
SELECT COUNT(*) FROM (SELECT 1 FROM "public"."Post" WHERE NOT "Post"."id" IS NULL LIMIT 1001) AS "rows"
DELETE FROM "public"."Post" WHERE NOT "Post"."id" IS NULL RETURNING 1
COMMIT
