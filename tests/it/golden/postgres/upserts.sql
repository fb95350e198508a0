-- The statements of requests/upserts.http; `UPDATE_GOLDEN=1 cargo test --test it golden` writes them.

---- One row

-- POST /api/v1/tags?onConflict=name {"name": "red"}
-- → 200
INSERT INTO "public"."Tag" ("name") VALUES ($1) ON CONFLICT ("name") DO UPDATE SET "name" = "excluded"."name" RETURNING "Tag"."id", "Tag"."name", xmax = 0
--   $1 = 'red'

-- POST /api/v1/tags?onConflict=name {"name": "new"}
-- → 201
INSERT INTO "public"."Tag" ("name") VALUES ($1) ON CONFLICT ("name") DO UPDATE SET "name" = "excluded"."name" RETURNING "Tag"."id", "Tag"."name", xmax = 0
--   $1 = 'new'

-- POST /api/v1/authors?onConflict=email {"email": "ada@example.com", "name": "Ada L."}
-- → 200
INSERT INTO "public"."Author" ("id", "email", "name", "createdAt", "updatedAt") VALUES ($1, $2, $3, $4, $5) ON CONFLICT ("email") DO UPDATE SET "email" = "excluded"."email", "name" = "excluded"."name", "updatedAt" = "excluded"."updatedAt" RETURNING "Author"."id", "Author"."email", "Author"."name", CAST("Author"."role" AS text), "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt", xmax = 0
--   $1 = '«cuid 1»'
--   $2 = 'ada@example.com'
--   $3 = 'Ada L.'
--   $4 = '«now 0000-00-00T00:00:00.000»Z'
--   $5 = '«now 0000-00-00T00:00:00.000»Z'

-- POST /api/v1/authors?onConflict=email {"email": "e@example.com", "name": "E"}
-- → 201
INSERT INTO "public"."Author" ("id", "email", "name", "createdAt", "updatedAt") VALUES ($1, $2, $3, $4, $5) ON CONFLICT ("email") DO UPDATE SET "email" = "excluded"."email", "name" = "excluded"."name", "updatedAt" = "excluded"."updatedAt" RETURNING "Author"."id", "Author"."email", "Author"."name", CAST("Author"."role" AS text), "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt", xmax = 0
--   $1 = '«cuid 2»'
--   $2 = 'e@example.com'
--   $3 = 'E'
--   $4 = '«now 0000-00-00T00:00:00.000»Z'
--   $5 = '«now 0000-00-00T00:00:00.000»Z'

-- POST /api/v1/seats?onConflict=hall,number {"hall": "A", "number": 1, "taken": 5}
-- → 200
INSERT INTO "public"."Seat" ("hall", "number", "taken") VALUES ($1, $2, $3) ON CONFLICT ("hall", "number") DO UPDATE SET "hall" = "excluded"."hall", "number" = "excluded"."number", "taken" = "excluded"."taken" RETURNING "Seat"."hall", "Seat"."number", "Seat"."ticket", "Seat"."taken", xmax = 0
--   $1 = 'A'
--   $2 = '1'
--   $3 = '5'

-- POST /api/v1/seats?onConflict=hall,ticket {"hall": "A", "number": 9, "ticket": "t1"}
-- → 200
INSERT INTO "public"."Seat" ("hall", "number", "ticket") VALUES ($1, $2, $3) ON CONFLICT ("hall", "ticket") DO UPDATE SET "hall" = "excluded"."hall", "number" = "excluded"."number", "ticket" = "excluded"."ticket" RETURNING "Seat"."hall", "Seat"."number", "Seat"."ticket", "Seat"."taken", xmax = 0
--   $1 = 'A'
--   $2 = '9'
--   $3 = 't1'

-- POST /api/v1/seats {"hall": "A", "number": 2, "taken": 6} | Prefer: resolution=merge-duplicates
-- → 200
INSERT INTO "public"."Seat" ("hall", "number", "taken") VALUES ($1, $2, $3) ON CONFLICT ("hall", "number") DO UPDATE SET "hall" = "excluded"."hall", "number" = "excluded"."number", "taken" = "excluded"."taken" RETURNING "Seat"."hall", "Seat"."number", "Seat"."ticket", "Seat"."taken", xmax = 0
--   $1 = 'A'
--   $2 = '2'
--   $3 = '6'

-- POST /api/v1/tags?onConflict=name {"name": "green"} | Prefer: resolution=ignore-duplicates
-- → 200
INSERT INTO "public"."Tag" ("name") VALUES ($1) ON CONFLICT ("name") DO NOTHING RETURNING "Tag"."id", "Tag"."name"
--   $1 = 'green'

-- POST /api/v1/readings?onConflict=day,sensor {"day": 1, "sensor": "s", "value": 2}
-- → 201
BEGIN ISOLATION LEVEL READ COMMITTED
INSERT INTO "public"."Reading" ("day", "sensor", "value") VALUES ($1, $2, $3) ON CONFLICT ("day", "sensor") DO NOTHING RETURNING "Reading"."day", "Reading"."sensor", "Reading"."value"
--   $1 = '1'
--   $2 = 's'
--   $3 = '2'
COMMIT

---- Many rows

-- POST /api/v1/authors?onConflict=email [{"email": "bob@example.com", "score": 20}, {"email": "f@example.com"}, {"email": "g@example.com", "name": "G"}]
-- → 201
BEGIN ISOLATION LEVEL READ COMMITTED
INSERT INTO "public"."Author" ("id", "email", "name", "createdAt", "updatedAt") VALUES ($1, $2, $3, $4, $5) ON CONFLICT ("email") DO UPDATE SET "email" = "excluded"."email", "name" = "excluded"."name", "updatedAt" = "excluded"."updatedAt" RETURNING "Author"."id", "Author"."email", "Author"."name", CAST("Author"."role" AS text), "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt", xmax = 0
--   $1 = '«cuid 3»'
--   $2 = 'g@example.com'
--   $3 = 'G'
--   $4 = '«now 0000-00-00T00:00:00.000»Z'
--   $5 = '«now 0000-00-00T00:00:00.000»Z'
INSERT INTO "public"."Author" ("id", "email", "score", "createdAt", "updatedAt") VALUES ($1, $2, $3, $4, $5) ON CONFLICT ("email") DO UPDATE SET "email" = "excluded"."email", "score" = "excluded"."score", "updatedAt" = "excluded"."updatedAt" RETURNING "Author"."id", "Author"."email", "Author"."name", CAST("Author"."role" AS text), "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt", xmax = 0
--   $1 = '«cuid 4»'
--   $2 = 'bob@example.com'
--   $3 = '20'
--   $4 = '«now 0000-00-00T00:00:00.000»Z'
--   $5 = '«now 0000-00-00T00:00:00.000»Z'
INSERT INTO "public"."Author" ("id", "email", "createdAt", "updatedAt") VALUES ($1, $2, $3, $4) ON CONFLICT ("email") DO UPDATE SET "email" = "excluded"."email", "updatedAt" = "excluded"."updatedAt" RETURNING "Author"."id", "Author"."email", "Author"."name", CAST("Author"."role" AS text), "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt", xmax = 0
--   $1 = '«cuid 5»'
--   $2 = 'f@example.com'
--   $3 = '«now 0000-00-00T00:00:00.000»Z'
--   $4 = '«now 0000-00-00T00:00:00.000»Z'
SELECT COUNT(*) FROM (SELECT 1 FROM "public"."Author" WHERE "Author"."id" = ANY($1) LIMIT 200) AS "rows"
--   $1 = '{"bob","«cuid 5»","«cuid 3»"}'
COMMIT

-- POST /api/v1/tags?onConflict=name [{"name": "a"}, {"name": "red"}, {"name": "c"}] | Prefer: resolution=ignore-duplicates
-- → 201
BEGIN ISOLATION LEVEL READ COMMITTED
INSERT INTO "public"."Tag" ("name") VALUES ($1) ON CONFLICT ("name") DO NOTHING RETURNING "Tag"."id", "Tag"."name"
--   $1 = 'a'
INSERT INTO "public"."Tag" ("name") VALUES ($1) ON CONFLICT ("name") DO NOTHING RETURNING "Tag"."id", "Tag"."name"
--   $1 = 'red'
INSERT INTO "public"."Tag" ("name") VALUES ($1) ON CONFLICT ("name") DO NOTHING RETURNING "Tag"."id", "Tag"."name"
--   $1 = 'c'
COMMIT

-- POST /api/v1/seats?onConflict=hall,number [{"hall": "A", "number": 1, "taken": 7}, {"hall": "Z", "number": 1}]
-- → 201
BEGIN ISOLATION LEVEL READ COMMITTED
INSERT INTO "public"."Seat" ("hall", "number") VALUES ($1, $2) ON CONFLICT ("hall", "number") DO UPDATE SET "hall" = "excluded"."hall", "number" = "excluded"."number" RETURNING "Seat"."hall", "Seat"."number", "Seat"."ticket", "Seat"."taken", xmax = 0
--   $1 = 'Z'
--   $2 = '1'
INSERT INTO "public"."Seat" ("hall", "number", "taken") VALUES ($1, $2, $3) ON CONFLICT ("hall", "number") DO UPDATE SET "hall" = "excluded"."hall", "number" = "excluded"."number", "taken" = "excluded"."taken" RETURNING "Seat"."hall", "Seat"."number", "Seat"."ticket", "Seat"."taken", xmax = 0
--   $1 = 'A'
--   $2 = '1'
--   $3 = '7'
SELECT COUNT(*) FROM (SELECT 1 FROM "public"."Seat" WHERE ("Seat"."hall" = $1 AND "Seat"."number" = $2) OR ("Seat"."hall" = $3 AND "Seat"."number" = $4) LIMIT 200) AS "rows"
--   $1 = 'A'
--   $2 = '1'
--   $3 = 'Z'
--   $4 = '1'
COMMIT

-- POST /api/v1/tags?onConflict=name&select=name [{"name": "a"}, {"name": "d"}]
-- → 201
BEGIN ISOLATION LEVEL READ COMMITTED
INSERT INTO "public"."Tag" ("name") SELECT "rows"."name" FROM json_populate_recordset(NULL::"public"."Tag", $1) AS "rows" ON CONFLICT ("name") DO UPDATE SET "name" = "excluded"."name" RETURNING "Tag"."name", "Tag"."id", xmax = 0
--   $1 = '[{"name":"a"},{"name":"d"}]'
COMMIT

---- Replacing a row

-- PUT /api/v1/seats/A,1 {"taken": 8}
-- → 200
INSERT INTO "public"."Seat" ("hall", "number", "ticket", "taken") VALUES ($1, $2, $3, $4) ON CONFLICT ("hall", "number") DO UPDATE SET "hall" = "excluded"."hall", "number" = "excluded"."number", "ticket" = "excluded"."ticket", "taken" = "excluded"."taken" RETURNING "Seat"."hall", "Seat"."number", "Seat"."ticket", "Seat"."taken", xmax = 0
--   $1 = 'A'
--   $2 = '1'
--   $3 = NULL
--   $4 = '8'

-- PUT /api/v1/seats/D,1 {"taken": 1, "ticket": "t"}
-- → 201
INSERT INTO "public"."Seat" ("hall", "number", "ticket", "taken") VALUES ($1, $2, $3, $4) ON CONFLICT ("hall", "number") DO UPDATE SET "hall" = "excluded"."hall", "number" = "excluded"."number", "ticket" = "excluded"."ticket", "taken" = "excluded"."taken" RETURNING "Seat"."hall", "Seat"."number", "Seat"."ticket", "Seat"."taken", xmax = 0
--   $1 = 'D'
--   $2 = '1'
--   $3 = 't'
--   $4 = '1'

-- PUT /api/v1/posts/1 {"title": "Whole"}
-- → 200
INSERT INTO "public"."Post" ("id", "title", "authorId") VALUES ($1, $2, $3) ON CONFLICT ("id") DO UPDATE SET "id" = "excluded"."id", "title" = "excluded"."title", "words" = "excluded"."words", "authorId" = "excluded"."authorId", "version" = "excluded"."version" RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version", xmax = 0
--   $1 = '1'
--   $2 = 'Whole'
--   $3 = NULL

-- PUT /api/v1/posts/900 {"title": "Made"}
-- → 201
INSERT INTO "public"."Post" ("id", "title", "authorId") VALUES ($1, $2, $3) ON CONFLICT ("id") DO UPDATE SET "id" = "excluded"."id", "title" = "excluded"."title", "words" = "excluded"."words", "authorId" = "excluded"."authorId", "version" = "excluded"."version" RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version", xmax = 0
--   $1 = '900'
--   $2 = 'Made'
--   $3 = NULL

-- PUT /api/v1/authors/ada {"email": "ada@example.com", "score": 1}
-- → 200
INSERT INTO "public"."Author" ("id", "email", "name", "score", "preferences", "managerId", "createdAt", "updatedAt") VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT ("id") DO UPDATE SET "id" = "excluded"."id", "email" = "excluded"."email", "name" = "excluded"."name", "role" = "excluded"."role", "score" = "excluded"."score", "preferences" = "excluded"."preferences", "settings" = "excluded"."settings", "managerId" = "excluded"."managerId", "createdAt" = "excluded"."createdAt", "updatedAt" = "excluded"."updatedAt" RETURNING "Author"."id", "Author"."email", "Author"."name", CAST("Author"."role" AS text), "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt", xmax = 0
--   $1 = 'ada'
--   $2 = 'ada@example.com'
--   $3 = NULL
--   $4 = '1'
--   $5 = NULL
--   $6 = NULL
--   $7 = '«now 0000-00-00T00:00:00.000»Z'
--   $8 = '«now 0000-00-00T00:00:00.000»Z'

-- PUT /api/v1/authors/new {"email": "new@example.com"} | If-None-Match: *
-- → 201
INSERT INTO "public"."Author" ("id", "email", "name", "preferences", "managerId", "createdAt", "updatedAt") VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT ("id") DO NOTHING RETURNING "Author"."id", "Author"."email", "Author"."name", CAST("Author"."role" AS text), "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt"
--   $1 = 'new'
--   $2 = 'new@example.com'
--   $3 = NULL
--   $4 = NULL
--   $5 = NULL
--   $6 = '«now 0000-00-00T00:00:00.000»Z'
--   $7 = '«now 0000-00-00T00:00:00.000»Z'

-- PUT /api/v1/authors/ada/preferences {"theme": "blue"}
-- → 200
UPDATE "public"."Author" SET "preferences" = $1, "updatedAt" = $2 WHERE "Author"."id" = $3 RETURNING "Author"."preferences"
--   $1 = '{"theme": "blue"}'
--   $2 = '«now 0000-00-00T00:00:00.000»Z'
--   $3 = 'ada'

-- PUT /api/v1/readings/150,s {"value": 5}
-- → 201
BEGIN ISOLATION LEVEL READ COMMITTED
INSERT INTO "public"."Reading" ("day", "sensor", "value") VALUES ($1, $2, $3) ON CONFLICT ("day", "sensor") DO NOTHING RETURNING "Reading"."day", "Reading"."sensor", "Reading"."value"
--   $1 = '150'
--   $2 = 's'
--   $3 = '5'
COMMIT
