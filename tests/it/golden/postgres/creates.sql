-- The statements of requests/creates.http; `UPDATE_GOLDEN=1 cargo test --test it golden` writes them.

---- One row

-- POST /api/v1/tags {"name": "new"}
-- → 201
INSERT INTO "public"."Tag" ("name") VALUES ($1) RETURNING "Tag"."id", "Tag"."name"
--   $1 = 'new'

-- POST /api/v1/authors {"email": "a@example.com"}
-- → 201
INSERT INTO "public"."Author" ("id", "email", "createdAt", "updatedAt") VALUES ($1, $2, $3, $4) RETURNING "Author"."id", "Author"."email", "Author"."name", CAST("Author"."role" AS text), "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt"
--   $1 = '«cuid 1»'
--   $2 = 'a@example.com'
--   $3 = '«now 0000-00-00T00:00:00.000»Z'
--   $4 = '«now 0000-00-00T00:00:00.000»Z'

-- POST /api/v1/authors {"email": "b@example.com", "name": "B", "role": "ADMIN", "preferences": {"theme": "dark"}, "settings": [1], "createdAt": "2001-01-01T00:00:00Z"}
-- → 201
INSERT INTO "public"."Author" ("id", "email", "name", "role", "preferences", "settings", "createdAt", "updatedAt") VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING "Author"."id", "Author"."email", "Author"."name", CAST("Author"."role" AS text), "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt"
--   $1 = '«cuid 2»'
--   $2 = 'b@example.com'
--   $3 = 'B'
--   $4 = 'ADMIN'
--   $5 = '{"theme": "dark"}'
--   $6 = '[1]'
--   $7 = '2001-01-01T00:00:00.000Z'
--   $8 = '«now 0000-00-00T00:00:00.000»Z'

-- POST /api/v1/posts {"title": "t", "words": 5, "authorId": "ada"}
-- → 201
INSERT INTO "public"."Post" ("title", "words", "authorId") VALUES ($1, $2, $3) RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = 't'
--   $2 = '5'
--   $3 = 'ada'

-- POST /api/v1/seats {"hall": "C", "number": 1}
-- → 201
INSERT INTO "public"."Seat" ("hall", "number") VALUES ($1, $2) RETURNING "Seat"."hall", "Seat"."number", "Seat"."ticket", "Seat"."taken"
--   $1 = 'C'
--   $2 = '1'

-- POST /api/v1/readings {"day": 1, "sensor": "s", "value": 2}
-- → 201
INSERT INTO "public"."Reading" ("day", "sensor", "value") VALUES ($1, $2, $3) RETURNING "Reading"."day", "Reading"."sensor", "Reading"."value"
--   $1 = '1'
--   $2 = 's'
--   $3 = '2'

-- POST /api/v1/tags {"name": "red"}
-- → 409
INSERT INTO "public"."Tag" ("name") VALUES ($1) RETURNING "Tag"."id", "Tag"."name"
--   $1 = 'red'

-- POST /api/v1/posts {"title": "t", "authorId": "nobody"}
-- → 409
INSERT INTO "public"."Post" ("title", "authorId") VALUES ($1, $2) RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = 't'
--   $2 = 'nobody'

---- What is answered

-- POST /api/v1/posts?select=id,author(name) {"title": "t", "authorId": "ada"}
-- → 201
BEGIN ISOLATION LEVEL READ COMMITTED
INSERT INTO "public"."Post" ("title", "authorId") VALUES ($1, $2) RETURNING "Post"."id"
--   $1 = 't'
--   $2 = 'ada'
SELECT "Post"."id", (SELECT ROW("Author_1"."name") FROM "public"."Author" AS "Author_1" WHERE "Author_1"."id" = "Post"."authorId" AND TRUE), "Post"."id" FROM "public"."Post" AS "Post" WHERE "Post"."id" = ANY($1) ORDER BY "Post"."id" ASC
--   $1 = '{"7"}'
COMMIT

-- POST /api/v1/tags {"name": "quiet"} | Prefer: return=minimal
-- → 201
INSERT INTO "public"."Tag" ("name") VALUES ($1) RETURNING "Tag"."id", "Tag"."name"
--   $1 = 'quiet'

-- POST /api/v1/tags {"name": "tried"} | Prefer: tx=rollback
-- → 201
BEGIN ISOLATION LEVEL READ COMMITTED
INSERT INTO "public"."Tag" ("name") VALUES ($1) RETURNING "Tag"."id", "Tag"."name"
--   $1 = 'tried'
SET CONSTRAINTS ALL IMMEDIATE
ROLLBACK

---- Many rows

-- POST /api/v1/tags [{"name": "b1"}, {"name": "b2"}, {"name": "b3"}]
-- → 201
BEGIN ISOLATION LEVEL READ COMMITTED
INSERT INTO "public"."Tag" ("name") SELECT "rows"."name" FROM json_populate_recordset(NULL::"public"."Tag", $1) AS "rows" RETURNING "Tag"."id", "Tag"."name"
--   $1 = '[{"name":"b1"},{"name":"b2"},{"name":"b3"}]'
COMMIT

-- POST /api/v1/authors [{"email": "c@example.com"}, {"email": "d@example.com", "name": "D", "score": 1}]
-- → 201
BEGIN ISOLATION LEVEL READ COMMITTED
INSERT INTO "public"."Author" ("id", "email", "name", "score", "createdAt", "updatedAt") VALUES ($1, $2, DEFAULT, DEFAULT, $3, $4), ($5, $6, $7, $8, $9, $10) RETURNING "Author"."id", "Author"."email", "Author"."name", CAST("Author"."role" AS text), "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt"
--   $1 = '«cuid 3»'
--   $2 = 'c@example.com'
--   $3 = '«now 0000-00-00T00:00:00.000»Z'
--   $4 = '«now 0000-00-00T00:00:00.000»Z'
--   $5 = '«cuid 4»'
--   $6 = 'd@example.com'
--   $7 = 'D'
--   $8 = '1'
--   $9 = '«now 0000-00-00T00:00:00.000»Z'
--   $10 = '«now 0000-00-00T00:00:00.000»Z'
COMMIT

-- POST /api/v1/posts [{"title": "1", "authorId": "ada"}, {"title": "2"}, {"title": "3", "words": 3}]
-- → 201
BEGIN ISOLATION LEVEL READ COMMITTED
INSERT INTO "public"."Post" ("title", "words", "authorId") VALUES ($1, DEFAULT, $2), ($3, DEFAULT, DEFAULT), ($4, $5, DEFAULT) RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = '1'
--   $2 = 'ada'
--   $3 = '2'
--   $4 = '3'
--   $5 = '3'
COMMIT

-- POST /api/v1/posts?select=title,author(name) [{"title": "1", "authorId": "ada"}, {"title": "2"}]
-- → 201
BEGIN ISOLATION LEVEL READ COMMITTED
INSERT INTO "public"."Post" ("title", "authorId") SELECT "rows"."title", "rows"."authorId" FROM json_populate_recordset(NULL::"public"."Post", $1) AS "rows" RETURNING "Post"."id"
--   $1 = '[{"title":"1","authorId":"ada"},{"title":"2","authorId":null}]'
SELECT "Post"."title", (SELECT ROW("Author_1"."name") FROM "public"."Author" AS "Author_1" WHERE "Author_1"."id" = "Post"."authorId" AND TRUE), "Post"."id" FROM "public"."Post" AS "Post" WHERE "Post"."id" = ANY($1) ORDER BY "Post"."id" ASC
--   $1 = '{"11","12"}'
COMMIT

-- POST /api/v1/tags [{"name": "q1"}, {"name": "q2"}] | Prefer: return=minimal
-- → 201
BEGIN ISOLATION LEVEL READ COMMITTED
INSERT INTO "public"."Tag" ("name") SELECT "rows"."name" FROM json_populate_recordset(NULL::"public"."Tag", $1) AS "rows" RETURNING 1
--   $1 = '[{"name":"q1"},{"name":"q2"}]'
COMMIT

-- POST /api/v1/tags [{"name": "x1"}, {"name": "red"}]
-- → 409
BEGIN ISOLATION LEVEL READ COMMITTED
INSERT INTO "public"."Tag" ("name") SELECT "rows"."name" FROM json_populate_recordset(NULL::"public"."Tag", $1) AS "rows" RETURNING "Tag"."id", "Tag"."name"
--   $1 = '[{"name":"x1"},{"name":"red"}]'
ROLLBACK

-- POST /api/v1/tags []
-- → 201
