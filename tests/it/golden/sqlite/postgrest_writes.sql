-- The statements of requests/postgrest_writes.http; `UPDATE_GOLDEN=1 cargo test --test it golden` writes them.

---- Inserts

-- POST /rest/v1/Tag {"name": "new"}
-- → 201
BEGIN IMMEDIATE
INSERT INTO "Tag" ("name") VALUES (?) RETURNING "Tag"."id", "Tag"."name"
--   $1 = 'new'
COMMIT

-- POST /rest/v1/Tag {"name": "shown"} | Prefer: return=representation
-- → 201
BEGIN IMMEDIATE
INSERT INTO "Tag" ("name") VALUES (?) RETURNING "Tag"."id", "Tag"."name"
--   $1 = 'shown'
SELECT (SELECT COUNT(*) FROM "Tag" AS "Tag_1" WHERE "Tag_1"."id" IN (?)), json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Tag"."id"), quote("Tag"."name")) AS "row" FROM "Tag" AS "Tag" WHERE "Tag"."id" IN (?)) AS "rows"))
--   $1 = 5
--   $2 = 5
COMMIT

-- POST /rest/v1/Author?select=id,email {"email": "a@example.com"} | Prefer: return=representation
-- → 201
BEGIN IMMEDIATE
INSERT INTO "Author" ("id", "email", "createdAt", "updatedAt") VALUES (?, ?, ?, ?) RETURNING "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt"
--   $1 = '«cuid 1»'
--   $2 = 'a@example.com'
--   $3 = '«now 0000-00-00T00:00:00.000»+00:00'
--   $4 = '«now 0000-00-00T00:00:00.000»+00:00'
SELECT (SELECT COUNT(*) FROM "Author" AS "Author_1" WHERE "Author_1"."id" IN (?)), json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Author"."id"), quote("Author"."email")) AS "row" FROM "Author" AS "Author" WHERE "Author"."id" IN (?)) AS "rows"))
--   $1 = '«cuid 1»'
--   $2 = '«cuid 1»'
COMMIT

-- POST /rest/v1/Tag [{"name": "b1"}, {"name": "b2"}] | Prefer: return=headers-only
-- → 201
BEGIN IMMEDIATE
INSERT INTO "Tag" ("name") VALUES (?) RETURNING "Tag"."id", "Tag"."name"
--   $1 = 'b1'
INSERT INTO "Tag" ("name") VALUES (?) RETURNING "Tag"."id", "Tag"."name"
--   $1 = 'b2'
SELECT (SELECT COUNT(*) FROM "Tag" AS "Tag_1" WHERE "Tag_1"."id" IN (?, ?)), json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Tag"."id")) AS "row" FROM "Tag" AS "Tag" WHERE "Tag"."id" IN (?, ?)) AS "rows"))
--   $1 = 6
--   $2 = 7
--   $3 = 6
--   $4 = 7
COMMIT

-- POST /rest/v1/Post?columns=title [{"title": "c", "words": 3}, {"title": "d"}] | Prefer: return=representation, missing=default
-- → 201
BEGIN IMMEDIATE
INSERT INTO "Post" ("title") VALUES (?) RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = 'c'
INSERT INTO "Post" ("title") VALUES (?) RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = 'd'
SELECT (SELECT COUNT(*) FROM "Post" AS "Post_1" WHERE "Post_1"."id" IN (?, ?)), json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Post"."id"), quote("Post"."title"), quote("Post"."words"), quote("Post"."authorId"), quote("Post"."version")) AS "row" FROM "Post" AS "Post" WHERE "Post"."id" IN (?, ?)) AS "rows"))
--   $1 = 5
--   $2 = 6
--   $3 = 5
--   $4 = 6
COMMIT

-- POST /rest/v1/Post [{"title": "e", "words": 3}, {"title": "f", "words": 4}] | Prefer: return=representation, count=exact
-- → 201
BEGIN IMMEDIATE
INSERT INTO "Post" ("title", "words") VALUES (?, ?) RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = 'e'
--   $2 = 3
INSERT INTO "Post" ("title", "words") VALUES (?, ?) RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = 'f'
--   $2 = 4
SELECT (SELECT COUNT(*) FROM "Post" AS "Post_1" WHERE "Post_1"."id" IN (?, ?)), json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Post"."id"), quote("Post"."title"), quote("Post"."words"), quote("Post"."authorId"), quote("Post"."version")) AS "row" FROM "Post" AS "Post" WHERE "Post"."id" IN (?, ?)) AS "rows"))
--   $1 = 7
--   $2 = 8
--   $3 = 7
--   $4 = 8
COMMIT

-- POST /rest/v1/Post?select=title,Author(name) {"title": "g", "authorId": "ada"} | Prefer: return=representation
-- → 201
BEGIN IMMEDIATE
INSERT INTO "Post" ("title", "authorId") VALUES (?, ?) RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = 'g'
--   $2 = 'ada'
SELECT (SELECT COUNT(*) FROM "Post" AS "Post_1" WHERE "Post_1"."id" IN (?)), json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Post"."title"), json((SELECT json_array(quote("Author_1"."name")) FROM "Author" AS "Author_1" WHERE "Author_1"."id" = "Post"."authorId" AND TRUE))) AS "row" FROM "Post" AS "Post" WHERE "Post"."id" IN (?)) AS "rows"))
--   $1 = 9
--   $2 = 9
COMMIT

-- POST /rest/v1/Tag name\nx1\nx2 | Content-Type: text/csv | Prefer: return=representation
-- → 201
BEGIN IMMEDIATE
INSERT INTO "Tag" ("name") VALUES (?) RETURNING "Tag"."id", "Tag"."name"
--   $1 = 'x1'
INSERT INTO "Tag" ("name") VALUES (?) RETURNING "Tag"."id", "Tag"."name"
--   $1 = 'x2'
SELECT (SELECT COUNT(*) FROM "Tag" AS "Tag_1" WHERE "Tag_1"."id" IN (?, ?)), json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Tag"."id"), quote("Tag"."name")) AS "row" FROM "Tag" AS "Tag" WHERE "Tag"."id" IN (?, ?)) AS "rows"))
--   $1 = 8
--   $2 = 9
--   $3 = 8
--   $4 = 9
COMMIT

-- POST /rest/v1/Tag {"name": "red"}
-- → 409
BEGIN IMMEDIATE
INSERT INTO "Tag" ("name") VALUES (?) RETURNING "Tag"."id", "Tag"."name"
--   $1 = 'red'
ROLLBACK

-- POST /rest/v1/Tag []
-- → 201

---- Upserts

-- POST /rest/v1/Tag?on_conflict=name {"name": "red"} | Prefer: resolution=merge-duplicates, return=representation
-- → 200
BEGIN IMMEDIATE
INSERT INTO "Tag" ("name") VALUES (?) ON CONFLICT ("name") DO NOTHING RETURNING "Tag"."id", "Tag"."name"
--   $1 = 'red'
INSERT INTO "Tag" ("name") VALUES (?) ON CONFLICT ("name") DO UPDATE SET "name" = "excluded"."name" RETURNING "Tag"."id", "Tag"."name"
--   $1 = 'red'
SELECT (SELECT COUNT(*) FROM "Tag" AS "Tag_1" WHERE "Tag_1"."id" IN (?)), json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Tag"."id"), quote("Tag"."name")) AS "row" FROM "Tag" AS "Tag" WHERE "Tag"."id" IN (?)) AS "rows"))
--   $1 = 1
--   $2 = 1
COMMIT

-- POST /rest/v1/Tag?on_conflict=name [{"name": "red"}, {"name": "x3"}] | Prefer: resolution=ignore-duplicates, return=representation
-- → 201
BEGIN IMMEDIATE
INSERT INTO "Tag" ("name") VALUES (?) ON CONFLICT ("name") DO NOTHING RETURNING "Tag"."id", "Tag"."name"
--   $1 = 'red'
INSERT INTO "Tag" ("name") VALUES (?) ON CONFLICT ("name") DO NOTHING RETURNING "Tag"."id", "Tag"."name"
--   $1 = 'x3'
SELECT (SELECT COUNT(*) FROM "Tag" AS "Tag_1" WHERE "Tag_1"."id" IN (?)), json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Tag"."id"), quote("Tag"."name")) AS "row" FROM "Tag" AS "Tag" WHERE "Tag"."id" IN (?)) AS "rows"))
--   $1 = 13
--   $2 = 13
COMMIT

-- POST /rest/v1/Seat {"hall": "A", "number": 1, "taken": 5} | Prefer: resolution=merge-duplicates
-- → 200
BEGIN IMMEDIATE
INSERT INTO "Seat" ("hall", "number", "taken") VALUES (?, ?, ?) ON CONFLICT ("hall", "number") DO NOTHING RETURNING "Seat"."hall", "Seat"."number", "Seat"."ticket", "Seat"."taken"
--   $1 = 'A'
--   $2 = 1
--   $3 = 5
INSERT INTO "Seat" ("hall", "number", "taken") VALUES (?, ?, ?) ON CONFLICT ("hall", "number") DO UPDATE SET "hall" = "excluded"."hall", "number" = "excluded"."number", "taken" = "excluded"."taken" RETURNING "Seat"."hall", "Seat"."number", "Seat"."ticket", "Seat"."taken"
--   $1 = 'A'
--   $2 = 1
--   $3 = 5
COMMIT

-- POST /rest/v1/Author?on_conflict=email {"email": "ada@example.com", "name": "A"} | Prefer: resolution=merge-duplicates, return=representation
-- → 200
BEGIN IMMEDIATE
INSERT INTO "Author" ("id", "email", "name", "createdAt", "updatedAt") VALUES (?, ?, ?, ?, ?) ON CONFLICT ("email") DO NOTHING RETURNING "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt"
--   $1 = '«cuid 2»'
--   $2 = 'ada@example.com'
--   $3 = 'A'
--   $4 = '«now 0000-00-00T00:00:00.000»+00:00'
--   $5 = '«now 0000-00-00T00:00:00.000»+00:00'
INSERT INTO "Author" ("id", "email", "name", "createdAt", "updatedAt") VALUES (?, ?, ?, ?, ?) ON CONFLICT ("email") DO UPDATE SET "email" = "excluded"."email", "name" = "excluded"."name", "updatedAt" = "excluded"."updatedAt" RETURNING "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt"
--   $1 = '«cuid 2»'
--   $2 = 'ada@example.com'
--   $3 = 'A'
--   $4 = '«now 0000-00-00T00:00:00.000»+00:00'
--   $5 = '«now 0000-00-00T00:00:00.000»+00:00'
SELECT (SELECT COUNT(*) FROM "Author" AS "Author_1" WHERE "Author_1"."id" IN (?)), json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Author"."id"), quote("Author"."email"), quote("Author"."name"), quote("Author"."role"), quote("Author"."score"), quote("Author"."preferences"), quote("Author"."settings"), quote("Author"."managerId"), quote("Author"."createdAt"), quote("Author"."updatedAt")) AS "row" FROM "Author" AS "Author" WHERE "Author"."id" IN (?)) AS "rows"))
--   $1 = 'ada'
--   $2 = 'ada'
COMMIT

-- PUT /rest/v1/Seat?hall=eq.A&number=eq.1 {"hall": "A", "number": 1, "taken": 6, "ticket": null} | Prefer: return=representation
-- → 200
BEGIN IMMEDIATE
INSERT INTO "Seat" ("hall", "number", "ticket", "taken") VALUES (?, ?, ?, ?) ON CONFLICT ("hall", "number") DO NOTHING RETURNING "Seat"."hall", "Seat"."number", "Seat"."ticket", "Seat"."taken"
--   $1 = 'A'
--   $2 = 1
--   $3 = NULL
--   $4 = 6
INSERT INTO "Seat" ("hall", "number", "ticket", "taken") VALUES (?, ?, ?, ?) ON CONFLICT ("hall", "number") DO UPDATE SET "hall" = "excluded"."hall", "number" = "excluded"."number", "ticket" = "excluded"."ticket", "taken" = "excluded"."taken" RETURNING "Seat"."hall", "Seat"."number", "Seat"."ticket", "Seat"."taken"
--   $1 = 'A'
--   $2 = 1
--   $3 = NULL
--   $4 = 6
SELECT (SELECT COUNT(*) FROM "Seat" AS "Seat_1" WHERE "Seat_1"."hall" = ? AND "Seat_1"."number" = ?), json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Seat"."hall"), quote("Seat"."number"), quote("Seat"."ticket"), quote("Seat"."taken")) AS "row" FROM "Seat" AS "Seat" WHERE "Seat"."hall" = ? AND "Seat"."number" = ?) AS "rows"))
--   $1 = 'A'
--   $2 = 1
--   $3 = 'A'
--   $4 = 1
COMMIT

-- PUT /rest/v1/Author?id=eq.put {"id": "put", "email": "put@example.com"}
-- → 204
BEGIN IMMEDIATE
INSERT INTO "Author" ("id", "email", "createdAt", "updatedAt") VALUES (?, ?, ?, ?) ON CONFLICT ("id") DO NOTHING RETURNING "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt"
--   $1 = 'put'
--   $2 = 'put@example.com'
--   $3 = '«now 0000-00-00T00:00:00.000»+00:00'
--   $4 = '«now 0000-00-00T00:00:00.000»+00:00'
COMMIT

---- Updates

-- PATCH /rest/v1/Post?id=eq.1 {"title": "u"}
-- → 204
BEGIN IMMEDIATE
UPDATE "Post" SET "title" = ? WHERE "Post"."id" = ? RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = 'u'
--   $2 = 1
COMMIT

-- PATCH /rest/v1/Post?words=gte.20 {"version": 2} | Prefer: return=representation, count=exact
-- → 200
BEGIN IMMEDIATE
UPDATE "Post" SET "version" = ? WHERE "Post"."words" >= ? RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = 2
--   $2 = 20
SELECT (SELECT COUNT(*) FROM "Post" AS "Post_1" WHERE "Post_1"."id" IN (?, ?, ?)), json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Post"."id"), quote("Post"."title"), quote("Post"."words"), quote("Post"."authorId"), quote("Post"."version")) AS "row" FROM "Post" AS "Post" WHERE "Post"."id" IN (?, ?, ?)) AS "rows"))
--   $1 = 1
--   $2 = 2
--   $3 = 3
--   $4 = 1
--   $5 = 2
--   $6 = 3
COMMIT

-- PATCH /rest/v1/Author?id=eq.ada&select=id,Post(title) {"name": "A"} | Prefer: return=representation
-- → 200
BEGIN IMMEDIATE
UPDATE "Author" SET "name" = ?, "updatedAt" = ? WHERE "Author"."id" = ? RETURNING "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt"
--   $1 = 'A'
--   $2 = '«now 0000-00-00T00:00:00.000»+00:00'
--   $3 = 'ada'
SELECT (SELECT COUNT(*) FROM "Author" AS "Author_1" WHERE "Author_1"."id" IN (?)), json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Author"."id"), json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Post_1"."title")) AS "row" FROM "Post" AS "Post_1" WHERE "Post_1"."authorId" = "Author"."id" AND TRUE) AS "rows"))) AS "row" FROM "Author" AS "Author" WHERE "Author"."id" IN (?)) AS "rows"))
--   $1 = 'ada'
--   $2 = 'ada'
COMMIT

-- PATCH /rest/v1/Post?words=gte.0 {"version": 3} | Prefer: handling=strict, max-affected=1
-- → 400
BEGIN IMMEDIATE
UPDATE "Post" SET "version" = ? WHERE "Post"."words" >= ? RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = 3
--   $2 = 0
ROLLBACK

-- PATCH /rest/v1/Post?id=eq.1 {}
-- → 204
BEGIN IMMEDIATE
COMMIT

-- PATCH /rest/v1/Post?or=(words.eq.20,words.eq.300)&select=id {"version": 4} | Prefer: return=representation
-- → 200
BEGIN IMMEDIATE
UPDATE "Post" SET "version" = ? WHERE "Post"."words" = ? OR "Post"."words" = ? RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = 4
--   $2 = 20
--   $3 = 300
SELECT (SELECT COUNT(*) FROM "Post" AS "Post_1" WHERE "Post_1"."id" IN (?, ?)), json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Post"."id")) AS "row" FROM "Post" AS "Post" WHERE "Post"."id" IN (?, ?)) AS "rows"))
--   $1 = 2
--   $2 = 3
--   $3 = 2
--   $4 = 3
COMMIT

-- PATCH /rest/v1/Post?id=eq.1 {"title": "t"} | Prefer: tx=rollback
-- → 204
BEGIN IMMEDIATE
UPDATE "Post" SET "title" = ? WHERE "Post"."id" = ? RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = 't'
--   $2 = 1
ROLLBACK

-- PATCH /rest/v1/Author?id=eq.ada {"preferences": {"theme": "x"}, "createdAt": "2001-01-01T00:00:00Z"}
-- → 204
BEGIN IMMEDIATE
UPDATE "Author" SET "preferences" = ?, "createdAt" = ?, "updatedAt" = ? WHERE "Author"."id" = ? RETURNING "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt"
--   $1 = '{"theme": "x"}'
--   $2 = '2001-01-01T00:00:00.000+00:00'
--   $3 = '«now 0000-00-00T00:00:00.000»+00:00'
--   $4 = 'ada'
COMMIT

-- PATCH /rest/v1/Post?id=eq.1 {"words": -1}
-- → 400
BEGIN IMMEDIATE
UPDATE "Post" SET "words" = ? WHERE "Post"."id" = ? RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = -1
--   $2 = 1
ROLLBACK

---- Deletes

-- DELETE /rest/v1/Comment?id=eq.1
-- → 204
BEGIN IMMEDIATE
DELETE FROM "Comment" WHERE "Comment"."id" = ? RETURNING "Comment"."id"
--   $1 = 1
COMMIT

-- DELETE /rest/v1/Comment?text=like.S* | Prefer: return=representation
-- → 200
BEGIN IMMEDIATE
SELECT (SELECT COUNT(*) FROM "Comment" AS "Comment_1" WHERE "Comment_1"."text" LIKE ? ESCAPE '\'), json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Comment"."id"), quote("Comment"."text"), quote("Comment"."postId"), quote("Comment"."authorId")) AS "row" FROM "Comment" AS "Comment" WHERE "Comment"."text" LIKE ? ESCAPE '\') AS "rows"))
--   $1 = 'S%'
--   $2 = 'S%'
DELETE FROM "Comment" WHERE "Comment"."text" LIKE ? ESCAPE '\' RETURNING "Comment"."id"
--   $1 = 'S%'
SELECT (SELECT COUNT(*) FROM "Comment" AS "Comment_1" WHERE "Comment_1"."text" LIKE ? ESCAPE '\'), json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Comment"."id"), quote("Comment"."text"), quote("Comment"."postId"), quote("Comment"."authorId")) AS "row" FROM "Comment" AS "Comment" WHERE "Comment"."text" LIKE ? ESCAPE '\') AS "rows"))
--   $1 = 'S%'
--   $2 = 'S%'
COMMIT

-- DELETE /rest/v1/Tag?name=in.(new,b1)&select=name | Prefer: return=representation, count=exact
-- → 200
BEGIN IMMEDIATE
SELECT (SELECT COUNT(*) FROM "Tag" AS "Tag_1" WHERE "Tag_1"."name" IN (?, ?)), json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Tag"."name")) AS "row" FROM "Tag" AS "Tag" WHERE "Tag"."name" IN (?, ?)) AS "rows"))
--   $1 = 'new'
--   $2 = 'b1'
--   $3 = 'new'
--   $4 = 'b1'
DELETE FROM "Tag" WHERE "Tag"."name" IN (?, ?) RETURNING "Tag"."id"
--   $1 = 'new'
--   $2 = 'b1'
SELECT (SELECT COUNT(*) FROM "Tag" AS "Tag_1" WHERE "Tag_1"."name" IN (?, ?)), json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Tag"."name")) AS "row" FROM "Tag" AS "Tag" WHERE "Tag"."name" IN (?, ?)) AS "rows"))
--   $1 = 'new'
--   $2 = 'b1'
--   $3 = 'new'
--   $4 = 'b1'
COMMIT

-- DELETE /rest/v1/Author?id=eq.ada
-- → 409
BEGIN IMMEDIATE
DELETE FROM "Author" WHERE "Author"."id" = ? RETURNING "Author"."id"
--   $1 = 'ada'
ROLLBACK
