-- The statements of requests/creates.http; `UPDATE_GOLDEN=1 cargo test --test it golden` writes them.

---- One row

-- POST /api/v1/tags {"name": "new"}
-- → 201
INSERT INTO "Tag" ("name") VALUES (?) RETURNING "Tag"."id", "Tag"."name"
--   $1 = 'new'

-- POST /api/v1/authors {"email": "a@example.com"}
-- → 201
INSERT INTO "Author" ("id", "email", "createdAt", "updatedAt") VALUES (?, ?, ?, ?) RETURNING "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt"
--   $1 = '«cuid 1»'
--   $2 = 'a@example.com'
--   $3 = '«now 0000-00-00T00:00:00.000»+00:00'
--   $4 = '«now 0000-00-00T00:00:00.000»+00:00'

-- POST /api/v1/authors {"email": "b@example.com", "name": "B", "role": "ADMIN", "preferences": {"theme": "dark"}, "settings": [1], "createdAt": "2001-01-01T00:00:00Z"}
-- → 201
INSERT INTO "Author" ("id", "email", "name", "role", "preferences", "settings", "createdAt", "updatedAt") VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt"
--   $1 = '«cuid 2»'
--   $2 = 'b@example.com'
--   $3 = 'B'
--   $4 = 'ADMIN'
--   $5 = '{"theme": "dark"}'
--   $6 = '[1]'
--   $7 = '2001-01-01T00:00:00.000+00:00'
--   $8 = '«now 0000-00-00T00:00:00.000»+00:00'

-- POST /api/v1/posts {"title": "t", "words": 5, "authorId": "ada"}
-- → 201
INSERT INTO "Post" ("title", "words", "authorId") VALUES (?, ?, ?) RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = 't'
--   $2 = 5
--   $3 = 'ada'

-- POST /api/v1/seats {"hall": "C", "number": 1}
-- → 201
INSERT INTO "Seat" ("hall", "number") VALUES (?, ?) RETURNING "Seat"."hall", "Seat"."number", "Seat"."ticket", "Seat"."taken"
--   $1 = 'C'
--   $2 = 1

-- POST /api/v1/readings {"day": 1, "sensor": "s", "value": 2}
-- → 201
INSERT INTO "Reading" ("day", "sensor", "value") VALUES (?, ?, ?) RETURNING "Reading"."day", "Reading"."sensor", "Reading"."value"
--   $1 = 1
--   $2 = 's'
--   $3 = 2

-- POST /api/v1/tags {"name": "red"}
-- → 409
INSERT INTO "Tag" ("name") VALUES (?) RETURNING "Tag"."id", "Tag"."name"
--   $1 = 'red'

-- POST /api/v1/posts {"title": "t", "authorId": "nobody"}
-- → 409
INSERT INTO "Post" ("title", "authorId") VALUES (?, ?) RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = 't'
--   $2 = 'nobody'

---- What is answered

-- POST /api/v1/posts?select=id,author(name) {"title": "t", "authorId": "ada"}
-- → 201
BEGIN IMMEDIATE
INSERT INTO "Post" ("title", "authorId") VALUES (?, ?) RETURNING "Post"."id"
--   $1 = 't'
--   $2 = 'ada'
SELECT "Post"."id", json((SELECT json_array(quote("Author_1"."name")) FROM "Author" AS "Author_1" WHERE "Author_1"."id" = "Post"."authorId" AND TRUE)), "Post"."id" FROM "Post" AS "Post" WHERE "Post"."id" IN (?) ORDER BY "Post"."id" ASC
--   $1 = 6
COMMIT

-- POST /api/v1/tags {"name": "quiet"} | Prefer: return=minimal
-- → 201
INSERT INTO "Tag" ("name") VALUES (?) RETURNING "Tag"."id", "Tag"."name"
--   $1 = 'quiet'

-- POST /api/v1/tags {"name": "tried"} | Prefer: tx=rollback
-- → 201
BEGIN IMMEDIATE
INSERT INTO "Tag" ("name") VALUES (?) RETURNING "Tag"."id", "Tag"."name"
--   $1 = 'tried'
ROLLBACK

---- Many rows

-- POST /api/v1/tags [{"name": "b1"}, {"name": "b2"}, {"name": "b3"}]
-- → 201
BEGIN IMMEDIATE
INSERT INTO "Tag" ("name") VALUES (?) RETURNING "Tag"."id", "Tag"."name"
--   $1 = 'b1'
INSERT INTO "Tag" ("name") VALUES (?) RETURNING "Tag"."id", "Tag"."name"
--   $1 = 'b2'
INSERT INTO "Tag" ("name") VALUES (?) RETURNING "Tag"."id", "Tag"."name"
--   $1 = 'b3'
COMMIT

-- POST /api/v1/authors [{"email": "c@example.com"}, {"email": "d@example.com", "name": "D", "score": 1}]
-- → 201
BEGIN IMMEDIATE
INSERT INTO "Author" ("id", "email", "createdAt", "updatedAt") VALUES (?, ?, ?, ?) RETURNING "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt"
--   $1 = '«cuid 3»'
--   $2 = 'c@example.com'
--   $3 = '«now 0000-00-00T00:00:00.000»+00:00'
--   $4 = '«now 0000-00-00T00:00:00.000»+00:00'
INSERT INTO "Author" ("id", "email", "name", "score", "createdAt", "updatedAt") VALUES (?, ?, ?, ?, ?, ?) RETURNING "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt"
--   $1 = '«cuid 4»'
--   $2 = 'd@example.com'
--   $3 = 'D'
--   $4 = 1
--   $5 = '«now 0000-00-00T00:00:00.000»+00:00'
--   $6 = '«now 0000-00-00T00:00:00.000»+00:00'
COMMIT

-- POST /api/v1/posts [{"title": "1", "authorId": "ada"}, {"title": "2"}, {"title": "3", "words": 3}]
-- → 201
BEGIN IMMEDIATE
INSERT INTO "Post" ("title", "authorId") VALUES (?, ?) RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = '1'
--   $2 = 'ada'
INSERT INTO "Post" ("title") VALUES (?) RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = '2'
INSERT INTO "Post" ("title", "words") VALUES (?, ?) RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version"
--   $1 = '3'
--   $2 = 3
COMMIT

-- POST /api/v1/posts?select=title,author(name) [{"title": "1", "authorId": "ada"}, {"title": "2"}]
-- → 201
BEGIN IMMEDIATE
INSERT INTO "Post" ("title", "authorId") VALUES (?, ?) RETURNING "Post"."id"
--   $1 = '1'
--   $2 = 'ada'
INSERT INTO "Post" ("title") VALUES (?) RETURNING "Post"."id"
--   $1 = '2'
SELECT "Post"."title", json((SELECT json_array(quote("Author_1"."name")) FROM "Author" AS "Author_1" WHERE "Author_1"."id" = "Post"."authorId" AND TRUE)), "Post"."id" FROM "Post" AS "Post" WHERE "Post"."id" IN (?, ?) ORDER BY "Post"."id" ASC
--   $1 = 10
--   $2 = 11
COMMIT

-- POST /api/v1/tags [{"name": "q1"}, {"name": "q2"}] | Prefer: return=minimal
-- → 201
BEGIN IMMEDIATE
INSERT INTO "Tag" ("name") VALUES (?) RETURNING 1
--   $1 = 'q1'
INSERT INTO "Tag" ("name") VALUES (?) RETURNING 1
--   $1 = 'q2'
COMMIT

-- POST /api/v1/tags [{"name": "x1"}, {"name": "red"}]
-- → 409
BEGIN IMMEDIATE
INSERT INTO "Tag" ("name") VALUES (?) RETURNING "Tag"."id", "Tag"."name"
--   $1 = 'x1'
INSERT INTO "Tag" ("name") VALUES (?) RETURNING "Tag"."id", "Tag"."name"
--   $1 = 'red'
ROLLBACK

-- POST /api/v1/tags []
-- → 201
