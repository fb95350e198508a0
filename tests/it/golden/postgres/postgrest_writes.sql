-- The statements of requests/postgrest_writes.http; `UPDATE_GOLDEN=1 cargo test --test it golden` writes them.

---- Inserts

-- POST /rest/v1/Tag {"name": "new"}
-- → 201
BEGIN ISOLATION LEVEL READ COMMITTED; SELECT set_config('search_path', '"public", "public"', true)
WITH refract_written AS (INSERT INTO "public"."Tag" AS "Tag" ("name") SELECT _row."name" FROM json_array_elements($1::json) WITH ORDINALITY AS _given(value, place) CROSS JOIN LATERAL json_populate_record(NULL::"public"."Tag", _given.value) AS _row ORDER BY _given.place RETURNING 1 AS one) SELECT '', (SELECT count(*)::text FROM refract_written), (SELECT count(*)::text FROM refract_written)
--   $1 = '[{"name":"new"}]'
COMMIT

-- POST /rest/v1/Tag {"name": "shown"} | Prefer: return=representation
-- → 201
BEGIN ISOLATION LEVEL READ COMMITTED; SELECT set_config('search_path', '"public", "public"', true)
WITH refract_written AS (INSERT INTO "public"."Tag" AS "Tag" ("name") SELECT _row."name" FROM json_array_elements($1::json) WITH ORDINALITY AS _given(value, place) CROSS JOIN LATERAL json_populate_record(NULL::"public"."Tag", _given.value) AS _row ORDER BY _given.place RETURNING "Tag"."id", "Tag"."name") SELECT coalesce(json_agg(_row.*), '[]')::text, (SELECT count(*)::text FROM refract_written), (SELECT count(*)::text FROM refract_written) FROM (SELECT "Tag"."id" AS "id", "Tag"."name" AS "name" FROM refract_written AS "Tag") AS _row
--   $1 = '[{"name":"shown"}]'
COMMIT

-- POST /rest/v1/Author?select=id,email {"email": "a@example.com"} | Prefer: return=representation
-- → 201
BEGIN ISOLATION LEVEL READ COMMITTED; SELECT set_config('search_path', '"public", "public"', true)
WITH refract_written AS (INSERT INTO "public"."Author" AS "Author" ("email", "id", "createdAt", "updatedAt") SELECT _row."email", _row."id", _row."createdAt", _row."updatedAt" FROM json_array_elements($1::json) WITH ORDINALITY AS _given(value, place) CROSS JOIN LATERAL json_populate_record(NULL::"public"."Author", _given.value) AS _row ORDER BY _given.place RETURNING "Author"."id", "Author"."email") SELECT coalesce(json_agg(_row.*), '[]')::text, (SELECT count(*)::text FROM refract_written), (SELECT count(*)::text FROM refract_written) FROM (SELECT "Author"."id" AS "id", "Author"."email" AS "email" FROM refract_written AS "Author") AS _row
--   $1 = '[{"createdAt":"«now 0000-00-00T00:00:00.000»Z","email":"a@example.com","id":"«cuid 1»","updatedAt":"«now 0000-00-00T00:00:00.000»Z"}]'
COMMIT

-- POST /rest/v1/Tag [{"name": "b1"}, {"name": "b2"}] | Prefer: return=headers-only
-- → 201
BEGIN ISOLATION LEVEL READ COMMITTED; SELECT set_config('search_path', '"public", "public"', true)
WITH refract_written AS (INSERT INTO "public"."Tag" AS "Tag" ("name") SELECT _row."name" FROM json_array_elements($1::json) WITH ORDINALITY AS _given(value, place) CROSS JOIN LATERAL json_populate_record(NULL::"public"."Tag", _given.value) AS _row ORDER BY _given.place RETURNING "Tag"."id") SELECT coalesce(json_agg(_row.*), '[]')::text, (SELECT count(*)::text FROM refract_written), (SELECT count(*)::text FROM refract_written) FROM (SELECT "Tag"."id" AS "id" FROM refract_written AS "Tag") AS _row
--   $1 = '[{"name":"b1"},{"name":"b2"}]'
COMMIT

-- POST /rest/v1/Post?columns=title [{"title": "c", "words": 3}, {"title": "d"}] | Prefer: return=representation, missing=default
-- → 201
BEGIN ISOLATION LEVEL READ COMMITTED; SELECT set_config('search_path', '"public", "public"', true)
WITH refract_written AS (INSERT INTO "public"."Post" AS "Post" ("title") SELECT _row."title" FROM json_array_elements($1::json) WITH ORDINALITY AS _given(value, place) CROSS JOIN LATERAL json_populate_record(NULL::"public"."Post", _given.value) AS _row ORDER BY _given.place RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version") SELECT coalesce(json_agg(_row.*), '[]')::text, (SELECT count(*)::text FROM refract_written), (SELECT count(*)::text FROM refract_written) FROM (SELECT "Post"."id" AS "id", "Post"."title" AS "title", "Post"."words" AS "words", "Post"."authorId" AS "authorId", "Post"."version" AS "version" FROM refract_written AS "Post") AS _row
--   $1 = '[{"title":"c"},{"title":"d"}]'
COMMIT

-- POST /rest/v1/Post [{"title": "e", "words": 3}, {"title": "f", "words": 4}] | Prefer: return=representation, count=exact
-- → 201
BEGIN ISOLATION LEVEL READ COMMITTED; SELECT set_config('search_path', '"public", "public"', true)
WITH refract_written AS (INSERT INTO "public"."Post" AS "Post" ("title", "words") SELECT _row."title", _row."words" FROM json_array_elements($1::json) WITH ORDINALITY AS _given(value, place) CROSS JOIN LATERAL json_populate_record(NULL::"public"."Post", _given.value) AS _row ORDER BY _given.place RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version") SELECT coalesce(json_agg(_row.*), '[]')::text, (SELECT count(*)::text FROM refract_written), (SELECT count(*)::text FROM refract_written) FROM (SELECT "Post"."id" AS "id", "Post"."title" AS "title", "Post"."words" AS "words", "Post"."authorId" AS "authorId", "Post"."version" AS "version" FROM refract_written AS "Post") AS _row
--   $1 = '[{"title":"e","words":3},{"title":"f","words":4}]'
COMMIT

-- POST /rest/v1/Post?select=title,Author(name) {"title": "g", "authorId": "ada"} | Prefer: return=representation
-- → 201
BEGIN ISOLATION LEVEL READ COMMITTED; SELECT set_config('search_path', '"public", "public"', true)
WITH refract_written AS (INSERT INTO "public"."Post" AS "Post" ("authorId", "title") SELECT _row."authorId", _row."title" FROM json_array_elements($1::json) WITH ORDINALITY AS _given(value, place) CROSS JOIN LATERAL json_populate_record(NULL::"public"."Post", _given.value) AS _row ORDER BY _given.place RETURNING "Post"."title", "Post"."authorId") SELECT coalesce(json_agg(_row.*), '[]')::text, (SELECT count(*)::text FROM refract_written), (SELECT count(*)::text FROM refract_written) FROM (SELECT "Post"."title" AS "title", row_to_json("Post_Author_1".*) AS "Author" FROM refract_written AS "Post" LEFT JOIN LATERAL (SELECT "Author_1"."name" AS "name" FROM "public"."Author" AS "Author_1" WHERE "Author_1"."id" = "Post"."authorId") AS "Post_Author_1" ON TRUE) AS _row
--   $1 = '[{"authorId":"ada","title":"g"}]'
COMMIT

-- POST /rest/v1/Tag name\nx1\nx2 | Content-Type: text/csv | Prefer: return=representation
-- → 201
BEGIN ISOLATION LEVEL READ COMMITTED; SELECT set_config('search_path', '"public", "public"', true)
WITH refract_written AS (INSERT INTO "public"."Tag" AS "Tag" ("name") SELECT _row."name" FROM json_array_elements($1::json) WITH ORDINALITY AS _given(value, place) CROSS JOIN LATERAL json_populate_record(NULL::"public"."Tag", _given.value) AS _row ORDER BY _given.place RETURNING "Tag"."id", "Tag"."name") SELECT coalesce(json_agg(_row.*), '[]')::text, (SELECT count(*)::text FROM refract_written), (SELECT count(*)::text FROM refract_written) FROM (SELECT "Tag"."id" AS "id", "Tag"."name" AS "name" FROM refract_written AS "Tag") AS _row
--   $1 = '[{"name":"x1"},{"name":"x2"}]'
COMMIT

-- POST /rest/v1/Tag {"name": "red"}
-- → 409
BEGIN ISOLATION LEVEL READ COMMITTED; SELECT set_config('search_path', '"public", "public"', true)
WITH refract_written AS (INSERT INTO "public"."Tag" AS "Tag" ("name") SELECT _row."name" FROM json_array_elements($1::json) WITH ORDINALITY AS _given(value, place) CROSS JOIN LATERAL json_populate_record(NULL::"public"."Tag", _given.value) AS _row ORDER BY _given.place RETURNING 1 AS one) SELECT '', (SELECT count(*)::text FROM refract_written), (SELECT count(*)::text FROM refract_written)
--   $1 = '[{"name":"red"}]'
ROLLBACK

-- POST /rest/v1/Tag []
-- → 201

---- Upserts

-- POST /rest/v1/Tag?on_conflict=name {"name": "red"} | Prefer: resolution=merge-duplicates, return=representation
-- → 200
BEGIN ISOLATION LEVEL READ COMMITTED; SELECT set_config('search_path', '"public", "public"', true)
WITH refract_written AS (INSERT INTO "public"."Tag" AS "Tag" ("name") SELECT _row."name" FROM json_array_elements($1::json) WITH ORDINALITY AS _given(value, place) CROSS JOIN LATERAL json_populate_record(NULL::"public"."Tag", _given.value) AS _row ORDER BY _given.place ON CONFLICT ("name") DO UPDATE SET "name" = EXCLUDED."name" RETURNING "Tag"."id", "Tag"."name", "Tag".xmax = 0 AS refract_is_new) SELECT coalesce(json_agg(_row.*), '[]')::text, (SELECT count(*)::text FROM refract_written), (SELECT count(*)::text FROM refract_written WHERE refract_is_new) FROM (SELECT "Tag"."id" AS "id", "Tag"."name" AS "name" FROM refract_written AS "Tag") AS _row
--   $1 = '[{"name":"red"}]'
COMMIT

-- POST /rest/v1/Tag?on_conflict=name [{"name": "red"}, {"name": "x3"}] | Prefer: resolution=ignore-duplicates, return=representation
-- → 201
BEGIN ISOLATION LEVEL READ COMMITTED; SELECT set_config('search_path', '"public", "public"', true)
WITH refract_written AS (INSERT INTO "public"."Tag" AS "Tag" ("name") SELECT _row."name" FROM json_array_elements($1::json) WITH ORDINALITY AS _given(value, place) CROSS JOIN LATERAL json_populate_record(NULL::"public"."Tag", _given.value) AS _row ORDER BY _given.place ON CONFLICT ("name") DO NOTHING RETURNING "Tag"."id", "Tag"."name") SELECT coalesce(json_agg(_row.*), '[]')::text, (SELECT count(*)::text FROM refract_written), (SELECT count(*)::text FROM refract_written) FROM (SELECT "Tag"."id" AS "id", "Tag"."name" AS "name" FROM refract_written AS "Tag") AS _row
--   $1 = '[{"name":"red"},{"name":"x3"}]'
COMMIT

-- POST /rest/v1/Seat {"hall": "A", "number": 1, "taken": 5} | Prefer: resolution=merge-duplicates
-- → 200
BEGIN ISOLATION LEVEL READ COMMITTED; SELECT set_config('search_path', '"public", "public"', true)
WITH refract_written AS (INSERT INTO "public"."Seat" AS "Seat" ("hall", "number", "taken") SELECT _row."hall", _row."number", _row."taken" FROM json_array_elements($1::json) WITH ORDINALITY AS _given(value, place) CROSS JOIN LATERAL json_populate_record(NULL::"public"."Seat", _given.value) AS _row ORDER BY _given.place ON CONFLICT ("hall", "number") DO UPDATE SET "hall" = EXCLUDED."hall", "number" = EXCLUDED."number", "taken" = EXCLUDED."taken" RETURNING 1 AS one, "Seat".xmax = 0 AS refract_is_new) SELECT '', (SELECT count(*)::text FROM refract_written), (SELECT count(*)::text FROM refract_written WHERE refract_is_new)
--   $1 = '[{"hall":"A","number":1,"taken":5}]'
COMMIT

-- POST /rest/v1/Author?on_conflict=email {"email": "ada@example.com", "name": "A"} | Prefer: resolution=merge-duplicates, return=representation
-- → 200
BEGIN ISOLATION LEVEL READ COMMITTED; SELECT set_config('search_path', '"public", "public"', true)
WITH refract_written AS (INSERT INTO "public"."Author" AS "Author" ("email", "name", "id", "createdAt", "updatedAt") SELECT _row."email", _row."name", _row."id", _row."createdAt", _row."updatedAt" FROM json_array_elements($1::json) WITH ORDINALITY AS _given(value, place) CROSS JOIN LATERAL json_populate_record(NULL::"public"."Author", _given.value) AS _row ORDER BY _given.place ON CONFLICT ("email") DO UPDATE SET "email" = EXCLUDED."email", "name" = EXCLUDED."name", "updatedAt" = EXCLUDED."updatedAt" RETURNING "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt", "Author".xmax = 0 AS refract_is_new) SELECT coalesce(json_agg(_row.*), '[]')::text, (SELECT count(*)::text FROM refract_written), (SELECT count(*)::text FROM refract_written WHERE refract_is_new) FROM (SELECT "Author"."id" AS "id", "Author"."email" AS "email", "Author"."name" AS "name", "Author"."role" AS "role", "Author"."score" AS "score", "Author"."preferences" AS "preferences", "Author"."settings" AS "settings", "Author"."managerId" AS "managerId", "Author"."createdAt" AS "createdAt", "Author"."updatedAt" AS "updatedAt" FROM refract_written AS "Author") AS _row
--   $1 = '[{"createdAt":"«now 0000-00-00T00:00:00.000»Z","email":"ada@example.com","id":"«cuid 2»","name":"A","updatedAt":"«now 0000-00-00T00:00:00.000»Z"}]'
COMMIT

-- PUT /rest/v1/Seat?hall=eq.A&number=eq.1 {"hall": "A", "number": 1, "taken": 6, "ticket": null} | Prefer: return=representation
-- → 200
BEGIN ISOLATION LEVEL READ COMMITTED; SELECT set_config('search_path', '"public", "public"', true)
WITH refract_written AS (INSERT INTO "public"."Seat" AS "Seat" ("hall", "number", "taken", "ticket") SELECT _row."hall", _row."number", _row."taken", _row."ticket" FROM json_array_elements($1::json) WITH ORDINALITY AS _given(value, place) CROSS JOIN LATERAL json_populate_record(NULL::"public"."Seat", _given.value) AS _row ORDER BY _given.place ON CONFLICT ("hall", "number") DO UPDATE SET "hall" = EXCLUDED."hall", "number" = EXCLUDED."number", "taken" = EXCLUDED."taken", "ticket" = EXCLUDED."ticket" RETURNING "Seat"."hall", "Seat"."number", "Seat"."ticket", "Seat"."taken", "Seat".xmax = 0 AS refract_is_new) SELECT coalesce(json_agg(_row.*), '[]')::text, (SELECT count(*)::text FROM refract_written), (SELECT count(*)::text FROM refract_written WHERE refract_is_new) FROM (SELECT "Seat"."hall" AS "hall", "Seat"."number" AS "number", "Seat"."ticket" AS "ticket", "Seat"."taken" AS "taken" FROM refract_written AS "Seat") AS _row
--   $1 = '[{"hall":"A","number":1,"taken":6,"ticket":null}]'
COMMIT

-- PUT /rest/v1/Author?id=eq.put {"id": "put", "email": "put@example.com"}
-- → 204
BEGIN ISOLATION LEVEL READ COMMITTED; SELECT set_config('search_path', '"public", "public"', true)
WITH refract_written AS (INSERT INTO "public"."Author" AS "Author" ("email", "id", "createdAt", "updatedAt") SELECT _row."email", _row."id", _row."createdAt", _row."updatedAt" FROM json_array_elements($1::json) WITH ORDINALITY AS _given(value, place) CROSS JOIN LATERAL json_populate_record(NULL::"public"."Author", _given.value) AS _row ORDER BY _given.place ON CONFLICT ("id") DO UPDATE SET "email" = EXCLUDED."email", "id" = EXCLUDED."id", "updatedAt" = EXCLUDED."updatedAt" RETURNING 1 AS one, "Author".xmax = 0 AS refract_is_new) SELECT '', (SELECT count(*)::text FROM refract_written), (SELECT count(*)::text FROM refract_written WHERE refract_is_new)
--   $1 = '[{"createdAt":"«now 0000-00-00T00:00:00.000»Z","email":"put@example.com","id":"put","updatedAt":"«now 0000-00-00T00:00:00.000»Z"}]'
COMMIT

---- Updates

-- PATCH /rest/v1/Post?id=eq.1 {"title": "u"}
-- → 204
BEGIN ISOLATION LEVEL READ COMMITTED; SELECT set_config('search_path', '"public", "public"', true)
WITH refract_written AS (UPDATE "public"."Post" AS "Post" SET "title" = _row."title" FROM json_populate_record(NULL::"public"."Post", $1::json) AS _row WHERE "Post"."id" = $2 RETURNING 1 AS one) SELECT '', (SELECT count(*)::text FROM refract_written), (SELECT count(*)::text FROM refract_written)
--   $1 = '{"title":"u"}'
--   $2 = '1'
COMMIT

-- PATCH /rest/v1/Post?words=gte.20 {"version": 2} | Prefer: return=representation, count=exact
-- → 200
BEGIN ISOLATION LEVEL READ COMMITTED; SELECT set_config('search_path', '"public", "public"', true)
WITH refract_written AS (UPDATE "public"."Post" AS "Post" SET "version" = _row."version" FROM json_populate_record(NULL::"public"."Post", $1::json) AS _row WHERE "Post"."words" >= $2 RETURNING "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version") SELECT coalesce(json_agg(_row.*), '[]')::text, (SELECT count(*)::text FROM refract_written), (SELECT count(*)::text FROM refract_written) FROM (SELECT "Post"."id" AS "id", "Post"."title" AS "title", "Post"."words" AS "words", "Post"."authorId" AS "authorId", "Post"."version" AS "version" FROM refract_written AS "Post") AS _row
--   $1 = '{"version":2}'
--   $2 = '20'
COMMIT

-- PATCH /rest/v1/Author?id=eq.ada&select=id,Post(title) {"name": "A"} | Prefer: return=representation
-- → 200
BEGIN ISOLATION LEVEL READ COMMITTED; SELECT set_config('search_path', '"public", "public"', true)
WITH refract_written AS (UPDATE "public"."Author" AS "Author" SET "name" = _row."name", "updatedAt" = _row."updatedAt" FROM json_populate_record(NULL::"public"."Author", $1::json) AS _row WHERE "Author"."id" = $2 RETURNING "Author"."id") SELECT coalesce(json_agg(_row.*), '[]')::text, (SELECT count(*)::text FROM refract_written), (SELECT count(*)::text FROM refract_written) FROM (SELECT "Author"."id" AS "id", coalesce("Author_Post_1"."Author_Post_1", '[]') AS "Post" FROM refract_written AS "Author" LEFT JOIN LATERAL (SELECT json_agg("Author_Post_1".*) AS "Author_Post_1" FROM (SELECT "Post_1"."title" AS "title" FROM "public"."Post" AS "Post_1" WHERE "Post_1"."authorId" = "Author"."id") AS "Author_Post_1") AS "Author_Post_1" ON TRUE) AS _row
--   $1 = '{"name":"A","updatedAt":"«now 0000-00-00T00:00:00.000»Z"}'
--   $2 = 'ada'
COMMIT

-- PATCH /rest/v1/Post?words=gte.0 {"version": 3} | Prefer: handling=strict, max-affected=1
-- → 400
BEGIN ISOLATION LEVEL READ COMMITTED; SELECT set_config('search_path', '"public", "public"', true)
WITH refract_written AS (UPDATE "public"."Post" AS "Post" SET "version" = _row."version" FROM json_populate_record(NULL::"public"."Post", $1::json) AS _row WHERE "Post"."words" >= $2 RETURNING 1 AS one) SELECT '', (SELECT count(*)::text FROM refract_written), (SELECT count(*)::text FROM refract_written)
--   $1 = '{"version":3}'
--   $2 = '0'
SET CONSTRAINTS ALL IMMEDIATE
ROLLBACK

-- PATCH /rest/v1/Post?id=eq.1 {}
-- → 204

-- PATCH /rest/v1/Post?or=(words.eq.20,words.eq.300)&select=id {"version": 4} | Prefer: return=representation
-- → 200
BEGIN ISOLATION LEVEL READ COMMITTED; SELECT set_config('search_path', '"public", "public"', true)
WITH refract_written AS (UPDATE "public"."Post" AS "Post" SET "version" = _row."version" FROM json_populate_record(NULL::"public"."Post", $1::json) AS _row WHERE ("Post"."words" = $2 OR "Post"."words" = $3) RETURNING "Post"."id") SELECT coalesce(json_agg(_row.*), '[]')::text, (SELECT count(*)::text FROM refract_written), (SELECT count(*)::text FROM refract_written) FROM (SELECT "Post"."id" AS "id" FROM refract_written AS "Post") AS _row
--   $1 = '{"version":4}'
--   $2 = '20'
--   $3 = '300'
COMMIT

-- PATCH /rest/v1/Post?id=eq.1 {"title": "t"} | Prefer: tx=rollback
-- → 204
BEGIN ISOLATION LEVEL READ COMMITTED; SELECT set_config('search_path', '"public", "public"', true)
WITH refract_written AS (UPDATE "public"."Post" AS "Post" SET "title" = _row."title" FROM json_populate_record(NULL::"public"."Post", $1::json) AS _row WHERE "Post"."id" = $2 RETURNING 1 AS one) SELECT '', (SELECT count(*)::text FROM refract_written), (SELECT count(*)::text FROM refract_written)
--   $1 = '{"title":"t"}'
--   $2 = '1'
SET CONSTRAINTS ALL IMMEDIATE
ROLLBACK

-- PATCH /rest/v1/Author?id=eq.ada {"preferences": {"theme": "x"}, "createdAt": "2001-01-01T00:00:00Z"}
-- → 204
BEGIN ISOLATION LEVEL READ COMMITTED; SELECT set_config('search_path', '"public", "public"', true)
WITH refract_written AS (UPDATE "public"."Author" AS "Author" SET "createdAt" = _row."createdAt", "preferences" = _row."preferences", "updatedAt" = _row."updatedAt" FROM json_populate_record(NULL::"public"."Author", $1::json) AS _row WHERE "Author"."id" = $2 RETURNING 1 AS one) SELECT '', (SELECT count(*)::text FROM refract_written), (SELECT count(*)::text FROM refract_written)
--   $1 = '{"createdAt":"2001-01-01T00:00:00Z","preferences":{"theme": "x"},"updatedAt":"«now 0000-00-00T00:00:00.000»Z"}'
--   $2 = 'ada'
COMMIT

-- PATCH /rest/v1/Post?id=eq.1 {"words": -1}
-- → 400
BEGIN ISOLATION LEVEL READ COMMITTED; SELECT set_config('search_path', '"public", "public"', true)
WITH refract_written AS (UPDATE "public"."Post" AS "Post" SET "words" = _row."words" FROM json_populate_record(NULL::"public"."Post", $1::json) AS _row WHERE "Post"."id" = $2 RETURNING 1 AS one) SELECT '', (SELECT count(*)::text FROM refract_written), (SELECT count(*)::text FROM refract_written)
--   $1 = '{"words":-1}'
--   $2 = '1'
ROLLBACK

---- Deletes

-- DELETE /rest/v1/Comment?id=eq.1
-- → 204
BEGIN ISOLATION LEVEL READ COMMITTED; SELECT set_config('search_path', '"public", "public"', true)
WITH refract_written AS (DELETE FROM "public"."Comment" AS "Comment" WHERE "Comment"."id" = $1 RETURNING 1 AS one) SELECT '', (SELECT count(*)::text FROM refract_written), (SELECT count(*)::text FROM refract_written)
--   $1 = '1'
COMMIT

-- DELETE /rest/v1/Comment?text=like.S* | Prefer: return=representation
-- → 200
BEGIN ISOLATION LEVEL READ COMMITTED; SELECT set_config('search_path', '"public", "public"', true)
WITH refract_written AS (DELETE FROM "public"."Comment" AS "Comment" WHERE "Comment"."text" LIKE $1 RETURNING "Comment"."id", "Comment"."text", "Comment"."postId", "Comment"."authorId") SELECT coalesce(json_agg(_row.*), '[]')::text, (SELECT count(*)::text FROM refract_written), (SELECT count(*)::text FROM refract_written) FROM (SELECT "Comment"."id" AS "id", "Comment"."text" AS "text", "Comment"."postId" AS "postId", "Comment"."authorId" AS "authorId" FROM refract_written AS "Comment") AS _row
--   $1 = 'S%'
COMMIT

-- DELETE /rest/v1/Tag?name=in.(new,b1)&select=name | Prefer: return=representation, count=exact
-- → 200
BEGIN ISOLATION LEVEL READ COMMITTED; SELECT set_config('search_path', '"public", "public"', true)
WITH refract_written AS (DELETE FROM "public"."Tag" AS "Tag" WHERE "Tag"."name" = ANY ($1) RETURNING "Tag"."name") SELECT coalesce(json_agg(_row.*), '[]')::text, (SELECT count(*)::text FROM refract_written), (SELECT count(*)::text FROM refract_written) FROM (SELECT "Tag"."name" AS "name" FROM refract_written AS "Tag") AS _row
--   $1 = '{"new","b1"}'
COMMIT

-- DELETE /rest/v1/Author?id=eq.ada
-- → 409
BEGIN ISOLATION LEVEL READ COMMITTED; SELECT set_config('search_path', '"public", "public"', true)
WITH refract_written AS (DELETE FROM "public"."Author" AS "Author" WHERE "Author"."id" = $1 RETURNING 1 AS one) SELECT '', (SELECT count(*)::text FROM refract_written), (SELECT count(*)::text FROM refract_written)
--   $1 = 'ada'
ROLLBACK
