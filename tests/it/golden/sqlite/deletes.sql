-- The statements of requests/deletes.http; `UPDATE_GOLDEN=1 cargo test --test it golden` writes them.

-- DELETE /api/v1/tags/3
-- → 204
DELETE FROM "Tag" WHERE "Tag"."id" = ? RETURNING 1
--   $1 = 3

-- DELETE /api/v1/tags/999
-- → 404
DELETE FROM "Tag" WHERE "Tag"."id" = ? RETURNING 1
--   $1 = 999
SELECT COUNT(*) FROM (SELECT 1 FROM "Tag" WHERE "Tag"."id" = ? LIMIT 1) AS "rows"
--   $1 = 999

-- DELETE /api/v1/seats/A,1
-- → 204
DELETE FROM "Seat" WHERE "Seat"."hall" = ? AND "Seat"."number" = ? RETURNING 1
--   $1 = 'A'
--   $2 = 1

-- DELETE /api/v1/authors/ada
-- → 409
DELETE FROM "Author" WHERE "Author"."id" = ? RETURNING 1
--   $1 = 'ada'

-- GET /api/v1/tags/2
-- → 200
SELECT "Tag"."id", "Tag"."name" FROM "Tag" WHERE "Tag"."id" = ?
--   $1 = 2

-- DELETE /api/v1/tags/2 | If-Match: @
-- → 204
BEGIN IMMEDIATE
SELECT "Tag"."id", "Tag"."name" FROM "Tag" WHERE "Tag"."id" = ?
--   $1 = 2
DELETE FROM "Tag" WHERE "Tag"."id" = ? RETURNING 1
--   $1 = 2
COMMIT

-- DELETE /api/v1/comments/1 | If-Match: *
-- → 204
BEGIN IMMEDIATE
SELECT "Comment"."id", "Comment"."text", "Comment"."postId", "Comment"."authorId" FROM "Comment" WHERE "Comment"."id" = ?
--   $1 = 1
DELETE FROM "Comment" WHERE "Comment"."id" = ? RETURNING 1
--   $1 = 1
COMMIT

-- DELETE /api/v1/comments/2 | Prefer: tx=rollback
-- → 204
BEGIN IMMEDIATE
DELETE FROM "Comment" WHERE "Comment"."id" = ? RETURNING 1
--   $1 = 2
ROLLBACK

-- DELETE /api/v1/comments?text=like.T*
-- → 200
BEGIN IMMEDIATE
SELECT COUNT(*) FROM (SELECT 1 FROM "Comment" WHERE "Comment"."text" LIKE ? ESCAPE '\' LIMIT 1001) AS "rows"
--   $1 = 'T%'
DELETE FROM "Comment" WHERE "Comment"."text" LIKE ? ESCAPE '\' RETURNING 1
--   $1 = 'T%'
COMMIT

-- DELETE /api/v1/comments?id=gt.0 | Prefer: return=representation
-- → 200
BEGIN IMMEDIATE
SELECT COUNT(*) FROM (SELECT 1 FROM "Comment" WHERE "Comment"."id" > ? LIMIT 1001) AS "rows"
--   $1 = 0
DELETE FROM "Comment" WHERE "Comment"."id" > ? RETURNING "Comment"."id", "Comment"."text", "Comment"."postId", "Comment"."authorId"
--   $1 = 0
COMMIT

-- DELETE /api/v1/seats?hall=eq.A&number=in.(1,2)
-- → 200
BEGIN IMMEDIATE
SELECT COUNT(*) FROM (SELECT 1 FROM "Seat" WHERE "Seat"."hall" = ? AND "Seat"."number" IN (?, ?) LIMIT 1001) AS "rows"
--   $1 = 'A'
--   $2 = 1
--   $3 = 2
DELETE FROM "Seat" WHERE "Seat"."hall" = ? AND "Seat"."number" IN (?, ?) RETURNING 1
--   $1 = 'A'
--   $2 = 1
--   $3 = 2
COMMIT

-- DELETE /api/v1/posts?words=gte.0 | Prefer: max-affected=1
-- → 400
BEGIN IMMEDIATE
SELECT COUNT(*) FROM (SELECT 1 FROM "Post" WHERE "Post"."words" >= ? LIMIT 2) AS "rows"
--   $1 = 0
ROLLBACK

-- DELETE /api/v1/posts?id=not.is.null | Prefer: return=minimal
-- → 204
BEGIN IMMEDIATE
SELECT COUNT(*) FROM (SELECT 1 FROM "Post" WHERE NOT "Post"."id" IS NULL LIMIT 1001) AS "rows"
DELETE FROM "Post" WHERE NOT "Post"."id" IS NULL RETURNING 1
COMMIT
