-- The statements of requests/updates.http; `UPDATE_GOLDEN=1 cargo test --test it golden` writes them.

---- By key

-- PATCH /api/v1/posts/1 {"title": "New"}
-- → 200
UPDATE "Post" SET "title" = ? WHERE "Post"."id" = ? RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = 'New'
--   $2 = 1

-- PATCH /api/v1/posts/1 {"words": 7, "authorId": null}
-- → 200
UPDATE "Post" SET "words" = ?, "authorId" = ? WHERE "Post"."id" = ? RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = 7
--   $2 = NULL
--   $3 = 1

-- PATCH /api/v1/posts/1 {}
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" WHERE "Post"."id" = ?
--   $1 = 1

-- PATCH /api/v1/posts/999 {"title": "New"}
-- → 404
UPDATE "Post" SET "title" = ? WHERE "Post"."id" = ? RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = 'New'
--   $2 = 999
SELECT COUNT(*) FROM (SELECT 1 FROM "Post" WHERE "Post"."id" = ? LIMIT 1) AS "rows"
--   $1 = 999

-- PATCH /api/v1/seats/A,1 {"ticket": null, "taken": 4}
-- → 200
UPDATE "Seat" SET "ticket" = ?, "taken" = ? WHERE "Seat"."hall" = ? AND "Seat"."number" = ? RETURNING "Seat"."hall", "Seat"."number", "Seat"."ticket", "Seat"."taken"
--   $1 = NULL
--   $2 = 4
--   $3 = 'A'
--   $4 = 1

-- PATCH /api/v1/seats/A,1 {"number": 77}
-- → 200
UPDATE "Seat" SET "number" = ? WHERE "Seat"."hall" = ? AND "Seat"."number" = ? RETURNING "Seat"."hall", "Seat"."number", "Seat"."ticket", "Seat"."taken"
--   $1 = 77
--   $2 = 'A'
--   $3 = 1

-- PATCH /api/v1/authors/ada {"name": "A"}
-- → 200
UPDATE "Author" SET "name" = ?, "updatedAt" = ? WHERE "Author"."id" = ? RETURNING "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt"
--   $1 = 'A'
--   $2 = '«now 0000-00-00T00:00:00.000»+00:00'
--   $3 = 'ada'

-- PATCH /api/v1/posts/1?select=id,author(name) {"authorId": "bob"}
-- → 200
BEGIN IMMEDIATE
UPDATE "Post" SET "authorId" = ? WHERE "Post"."id" = ? RETURNING "Post"."id"
--   $1 = 'bob'
--   $2 = 1
SELECT "Post"."id", json((SELECT json_array(quote("Author_1"."name")) FROM "Author" AS "Author_1" WHERE "Author_1"."id" = "Post"."authorId" AND TRUE)), "Post"."id" FROM "Post" AS "Post" WHERE "Post"."id" IN (?) ORDER BY "Post"."id" ASC
--   $1 = 1
COMMIT

-- PATCH /api/v1/posts/1 {"title": "q"} | Prefer: return=minimal
-- → 204
UPDATE "Post" SET "title" = ? WHERE "Post"."id" = ? RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = 'q'
--   $2 = 1

-- PATCH /api/v1/posts/1 {"words": -1}
-- → 422
UPDATE "Post" SET "words" = ? WHERE "Post"."id" = ? RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = -1
--   $2 = 1

---- Documents

-- PATCH /api/v1/authors/ada {"preferences": {"theme": "red", "tags": null}} | Content-Type: application/merge-patch+json
-- → 200
UPDATE "Author" SET "preferences" = json_patch((CASE WHEN (json_valid("preferences")) THEN "preferences" ELSE ? END), ?), "updatedAt" = ? WHERE "Author"."id" = ? RETURNING "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt"
--   $1 = '{}'
--   $2 = '{"theme":"red","tags":null}'
--   $3 = '«now 0000-00-00T00:00:00.000»+00:00'
--   $4 = 'ada'

-- PATCH /api/v1/authors/ada {"preferences": {"whole": true}}
-- → 200
UPDATE "Author" SET "preferences" = ?, "updatedAt" = ? WHERE "Author"."id" = ? RETURNING "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt"
--   $1 = '{"whole": true}'
--   $2 = '«now 0000-00-00T00:00:00.000»+00:00'
--   $3 = 'ada'

-- PATCH /api/v1/authors/ada/preferences {"theme": "blue"} | Content-Type: application/merge-patch+json
-- → 200
UPDATE "Author" SET "preferences" = json_patch((CASE WHEN (json_valid("preferences")) THEN "preferences" ELSE ? END), ?), "updatedAt" = ? WHERE "Author"."id" = ? RETURNING "Author"."preferences"
--   $1 = '{}'
--   $2 = '{"theme":"blue"}'
--   $3 = '«now 0000-00-00T00:00:00.000»+00:00'
--   $4 = 'ada'

---- Under conditions

-- GET /api/v1/posts/2
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" WHERE "Post"."id" = ?
--   $1 = 2

-- PATCH /api/v1/posts/2 {"title": "If"} | If-Match: @
-- → 200
BEGIN IMMEDIATE
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" WHERE "Post"."id" = ?
--   $1 = 2
UPDATE "Post" SET "title" = ? WHERE "Post"."id" = ? RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = 'If'
--   $2 = 2
COMMIT

-- PATCH /api/v1/posts/2 {"title": "If"} | If-Match: "other"
-- → 412
BEGIN IMMEDIATE
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" WHERE "Post"."id" = ?
--   $1 = 2
ROLLBACK

-- PATCH /api/v1/posts/2 {"title": "If"} | If-Match: *
-- → 200
BEGIN IMMEDIATE
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" WHERE "Post"."id" = ?
--   $1 = 2
UPDATE "Post" SET "title" = ? WHERE "Post"."id" = ? RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = 'If'
--   $2 = 2
COMMIT

-- GET /api/v1/posts/2 | If-None-Match: *
-- → 304
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" WHERE "Post"."id" = ?
--   $1 = 2

---- By a filter

-- PATCH /api/v1/posts?words=gte.20 {"version": 2}
-- → 200
BEGIN IMMEDIATE
SELECT COUNT(*) FROM (SELECT 1 FROM "Post" WHERE "Post"."words" >= ? LIMIT 1001) AS "rows"
--   $1 = 20
UPDATE "Post" SET "version" = ? WHERE "Post"."words" >= ? RETURNING 1
--   $1 = 2
--   $2 = 20
COMMIT

-- PATCH /api/v1/posts?title=like.T* {"version": 3, "authorId": "ada"} | Prefer: return=representation
-- → 200
BEGIN IMMEDIATE
SELECT COUNT(*) FROM (SELECT 1 FROM "Post" WHERE "Post"."title" LIKE ? ESCAPE '\' LIMIT 1001) AS "rows"
--   $1 = 'T%'
UPDATE "Post" SET "authorId" = ?, "version" = ? WHERE "Post"."title" LIKE ? ESCAPE '\' RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = 'ada'
--   $2 = 3
--   $3 = 'T%'
COMMIT

-- PATCH /api/v1/posts?words=gte.0 {"version": 4} | Prefer: max-affected=1
-- → 400
BEGIN IMMEDIATE
SELECT COUNT(*) FROM (SELECT 1 FROM "Post" WHERE "Post"."words" >= ? LIMIT 2) AS "rows"
--   $1 = 0
ROLLBACK

-- PATCH /api/v1/authors?or=(score.eq.7,name.is.null) {"score": 8}
-- → 200
BEGIN IMMEDIATE
SELECT COUNT(*) FROM (SELECT 1 FROM "Author" WHERE "Author"."score" = ? OR "Author"."name" IS NULL LIMIT 1001) AS "rows"
--   $1 = 7
UPDATE "Author" SET "score" = ?, "updatedAt" = ? WHERE "Author"."score" = ? OR "Author"."name" IS NULL RETURNING 1
--   $1 = 8
--   $2 = '«now 0000-00-00T00:00:00.000»+00:00'
--   $3 = 7
COMMIT

-- PATCH /api/v1/posts?words=gte.0 {}
-- → 200

-- PATCH /api/v1/posts?words=gte.0 {"version": 5} | Prefer: tx=rollback
-- → 200
BEGIN IMMEDIATE
SELECT COUNT(*) FROM (SELECT 1 FROM "Post" WHERE "Post"."words" >= ? LIMIT 1001) AS "rows"
--   $1 = 0
UPDATE "Post" SET "version" = ? WHERE "Post"."words" >= ? RETURNING 1
--   $1 = 5
--   $2 = 0
ROLLBACK

-- PATCH /api/v1/authors?name=eq.Bob {"preferences": {"a": 1}} | Content-Type: application/merge-patch+json
-- → 200
BEGIN IMMEDIATE
SELECT COUNT(*) FROM (SELECT 1 FROM "Author" WHERE "Author"."name" = ? LIMIT 1001) AS "rows"
--   $1 = 'Bob'
UPDATE "Author" SET "preferences" = json_patch((CASE WHEN (json_valid("preferences")) THEN "preferences" ELSE ? END), ?), "updatedAt" = ? WHERE "Author"."name" = ? RETURNING 1
--   $1 = '{}'
--   $2 = '{"a":1}'
--   $3 = '«now 0000-00-00T00:00:00.000»+00:00'
--   $4 = 'Bob'
COMMIT
