-- The statements of requests/soft_delete.http; `UPDATE_GOLDEN=1 cargo test --test it golden` writes them.

---- Reads

-- GET /api/v1/notes
-- → 200
SELECT "Note"."id", "Note"."slug", "Note"."text", "Note"."folderId", "Note"."deletedAt" FROM "public"."Note" WHERE "Note"."deletedAt" IS NULL ORDER BY "Note"."id" ASC LIMIT 21

-- GET /api/v1/notes?deleted=include
-- → 200
SELECT "Note"."id", "Note"."slug", "Note"."text", "Note"."folderId", "Note"."deletedAt" FROM "public"."Note" WHERE TRUE ORDER BY "Note"."id" ASC LIMIT 21

-- GET /api/v1/notes?deleted=only
-- → 200
SELECT "Note"."id", "Note"."slug", "Note"."text", "Note"."folderId", "Note"."deletedAt" FROM "public"."Note" WHERE "Note"."deletedAt" IS NOT NULL ORDER BY "Note"."id" ASC LIMIT 21

-- GET /api/v1/notes/1
-- → 200
SELECT "Note"."id", "Note"."slug", "Note"."text", "Note"."folderId", "Note"."deletedAt" FROM "public"."Note" WHERE "Note"."id" = $1 AND "Note"."deletedAt" IS NULL
--   $1 = '1'

-- GET /api/v1/notes/2
-- → 404
SELECT "Note"."id", "Note"."slug", "Note"."text", "Note"."folderId", "Note"."deletedAt" FROM "public"."Note" WHERE "Note"."id" = $1 AND "Note"."deletedAt" IS NULL
--   $1 = '2'

-- GET /api/v1/notes/2?deleted=include
-- → 200
SELECT "Note"."id", "Note"."slug", "Note"."text", "Note"."folderId", "Note"."deletedAt" FROM "public"."Note" WHERE "Note"."id" = $1
--   $1 = '2'

-- GET /api/v1/notes?slug=eq.kept&count=exact
-- → 200
SELECT (SELECT COUNT(*) FROM "public"."Note" AS "Note_1" WHERE "Note_1"."slug" = $1 AND "Note_1"."deletedAt" IS NULL), ARRAY((SELECT ROW("Note"."id", "Note"."slug", "Note"."text", "Note"."folderId", "Note"."deletedAt", "Note"."id") FROM "public"."Note" AS "Note" WHERE "Note"."slug" = $2 AND "Note"."deletedAt" IS NULL ORDER BY "Note"."id" ASC LIMIT 21))
--   $1 = 'kept'
--   $2 = 'kept'

-- GET /api/v1/notes?select=slug,folder(name)
-- → 200
WITH "set 0" ("slot 0", "slot 1", "slot 2") AS  MATERIALIZED (SELECT "Note"."slug", "Note"."folderId", "Note"."id" FROM "public"."Note" AS "Note" WHERE "Note"."deletedAt" IS NULL ORDER BY "Note"."id" ASC LIMIT 21) , "set 1" ("slot 0", "slot 1") AS (SELECT "Folder_1"."name", "Folder_1"."id" FROM "public"."Folder" AS "Folder_1" WHERE (NOT "Folder_1"."isDeleted" IS TRUE) AND "Folder_1"."id" = ANY(ARRAY((SELECT "slot 1" FROM "set 0")))) SELECT 0, "slot 0", "slot 1", "slot 2" FROM "set 0" UNION ALL (SELECT 1, "slot 0", "slot 1", NULL::integer FROM "set 1")

-- GET /api/v1/notes?select=slug,folder!inner(name)
-- → 200
WITH "set 0" ("slot 0", "slot 1", "slot 2") AS  MATERIALIZED (SELECT "Note"."slug", "Note"."folderId", "Note"."id" FROM "public"."Note" AS "Note" WHERE "Note"."deletedAt" IS NULL AND EXISTS(SELECT 1 FROM "public"."Folder" AS "Folder_1" WHERE "Folder_1"."id" = "Note"."folderId" AND (NOT "Folder_1"."isDeleted" IS TRUE)) ORDER BY "Note"."id" ASC LIMIT 21) , "set 1" ("slot 0", "slot 1") AS (SELECT "Folder_1_"."name", "Folder_1_"."id" FROM "public"."Folder" AS "Folder_1_" WHERE (NOT "Folder_1_"."isDeleted" IS TRUE) AND "Folder_1_"."id" = ANY(ARRAY((SELECT "slot 1" FROM "set 0")))) SELECT 0, "slot 0", "slot 1", "slot 2" FROM "set 0" UNION ALL (SELECT 1, "slot 0", "slot 1", NULL::integer FROM "set 1")

-- GET /api/v1/folders?select=name,notes(slug)
-- → 200
WITH "set 0" ("slot 0", "slot 1") AS  MATERIALIZED (SELECT "Folder"."name", "Folder"."id" FROM "public"."Folder" AS "Folder" WHERE NOT "Folder"."isDeleted" IS TRUE ORDER BY "Folder"."id" ASC LIMIT 21) , "set 1" ("slot 0", "slot 1") AS (SELECT "Note_1"."slug", "Note_1"."folderId" FROM "public"."Note" AS "Note_1" WHERE "Note_1"."deletedAt" IS NULL AND "Note_1"."folderId" = ANY(ARRAY((SELECT "slot 1" FROM "set 0"))) ORDER BY "Note_1"."id" ASC LIMIT 21001) SELECT 0, "slot 0", "slot 1" FROM "set 0" UNION ALL (SELECT 1, "slot 0", "slot 1" FROM "set 1")

-- GET /api/v1/folders?select=name,notes(slug)&deleted=include
-- → 200
WITH "set 0" ("slot 0", "slot 1") AS  MATERIALIZED (SELECT "Folder"."name", "Folder"."id" FROM "public"."Folder" AS "Folder" WHERE TRUE ORDER BY "Folder"."id" ASC LIMIT 21) , "set 1" ("slot 0", "slot 1") AS (SELECT "Note_1"."slug", "Note_1"."folderId" FROM "public"."Note" AS "Note_1" WHERE "Note_1"."deletedAt" IS NULL AND "Note_1"."folderId" = ANY(ARRAY((SELECT "slot 1" FROM "set 0"))) ORDER BY "Note_1"."id" ASC LIMIT 21001) SELECT 0, "slot 0", "slot 1" FROM "set 0" UNION ALL (SELECT 1, "slot 0", "slot 1" FROM "set 1")

-- GET /api/v1/folders?select=name,notes(count())
-- → 200
SELECT "Folder"."name", ARRAY((SELECT ROW(CAST(count(*) AS float8)) FROM "public"."Note" AS "Note_1" WHERE "Note_1"."folderId" = "Folder"."id" AND "Note_1"."deletedAt" IS NULL LIMIT 1001)), "Folder"."id" FROM (SELECT "Folder".* FROM "public"."Folder" AS "Folder" WHERE NOT "Folder"."isDeleted" IS TRUE ORDER BY "Folder"."id" ASC LIMIT 21) AS "Folder" ORDER BY "Folder"."id" ASC

-- GET /api/v1/folders?select=name,notes(slug)&notes=is.null
-- → 200
WITH "set 0" ("slot 0", "slot 1") AS  MATERIALIZED (SELECT "Folder"."name", "Folder"."id" FROM "public"."Folder" AS "Folder" WHERE (NOT "Folder"."isDeleted" IS TRUE) AND (NOT EXISTS(SELECT 1 FROM "public"."Note" AS "Note_1" WHERE "Note_1"."folderId" = "Folder"."id" AND "Note_1"."deletedAt" IS NULL)) ORDER BY "Folder"."id" ASC LIMIT 21) , "set 1" ("slot 0", "slot 1") AS (SELECT "Note_1_"."slug", "Note_1_"."folderId" FROM "public"."Note" AS "Note_1_" WHERE "Note_1_"."deletedAt" IS NULL AND "Note_1_"."folderId" = ANY(ARRAY((SELECT "slot 1" FROM "set 0"))) ORDER BY "Note_1_"."id" ASC LIMIT 21001) SELECT 0, "slot 0", "slot 1" FROM "set 0" UNION ALL (SELECT 1, "slot 0", "slot 1" FROM "set 1")

-- GET /api/v1/folders/1/notes
-- → 200
SELECT EXISTS(SELECT 1 FROM "public"."Folder" AS "Folder_1" WHERE "Folder_1"."id" = $1 AND (NOT "Folder_1"."isDeleted" IS TRUE)), ARRAY((SELECT ROW("Note"."id", "Note"."slug", "Note"."text", "Note"."folderId", "Note"."deletedAt", "Note"."id") FROM "public"."Note" AS "Note" WHERE EXISTS(SELECT 1 FROM "public"."Folder" AS "Folder_1_" WHERE "Folder_1_"."id" = $2 AND (NOT "Folder_1_"."isDeleted" IS TRUE) AND "Note"."folderId" = "Folder_1_"."id") AND "Note"."deletedAt" IS NULL ORDER BY "Note"."id" ASC LIMIT 21))
--   $1 = '1'
--   $2 = '1'

-- GET /api/v1/notes?select=slug,folder(name)&order=folder(name)
-- → 200
SELECT "Note"."slug", (SELECT ROW("Folder_1"."name") FROM "public"."Folder" AS "Folder_1" WHERE "Folder_1"."id" = "Note"."folderId" AND (NOT "Folder_1"."isDeleted" IS TRUE)), "Note"."order 0", "Note"."id" FROM (SELECT "Note".*, "Folder_1_"."name" AS "order 0" FROM "public"."Note" AS "Note" LEFT JOIN "public"."Folder" AS "Folder_1_" ON "Folder_1_"."id" = "Note"."folderId" AND (NOT "Folder_1_"."isDeleted" IS TRUE) WHERE "Note"."deletedAt" IS NULL ORDER BY "Folder_1_"."name" ASC, "Note"."id" ASC LIMIT 21) AS "Note" ORDER BY "Note"."order 0" ASC, "Note"."id" ASC

---- Writes

-- POST /api/v1/notes {"slug": "kept"}
-- → 409
INSERT INTO "public"."Note" ("slug") VALUES ($1) RETURNING "Note"."id", "Note"."slug", "Note"."text", "Note"."folderId", "Note"."deletedAt"
--   $1 = 'kept'
SELECT "Note"."slug" FROM "public"."Note" WHERE "Note"."deletedAt" IS NOT NULL AND "Note"."slug" = ANY($1) LIMIT 1
--   $1 = '{"kept"}'

-- POST /api/v1/notes {"slug": "marked"}
-- → 409
INSERT INTO "public"."Note" ("slug") VALUES ($1) RETURNING "Note"."id", "Note"."slug", "Note"."text", "Note"."folderId", "Note"."deletedAt"
--   $1 = 'marked'
SELECT "Note"."slug" FROM "public"."Note" WHERE "Note"."deletedAt" IS NOT NULL AND "Note"."slug" = ANY($1) LIMIT 1
--   $1 = '{"marked"}'

-- POST /api/v1/notes?onConflict=slug {"slug": "marked", "text": "x"}
-- → 409
INSERT INTO "public"."Note" ("slug", "text") VALUES ($1, $2) ON CONFLICT ("slug") DO UPDATE SET "slug" = "excluded"."slug", "text" = "excluded"."text" WHERE "Note"."deletedAt" IS NULL RETURNING "Note"."id", "Note"."slug", "Note"."text", "Note"."folderId", "Note"."deletedAt", xmax = 0
--   $1 = 'marked'
--   $2 = 'x'
SELECT "Note"."slug" FROM "public"."Note" WHERE "Note"."deletedAt" IS NOT NULL AND "Note"."slug" = ANY($1) LIMIT 1
--   $1 = '{"marked"}'

-- POST /api/v1/notes?onConflict=slug [{"slug": "kept", "text": "y"}, {"slug": "new"}]
-- → 201
BEGIN ISOLATION LEVEL READ COMMITTED
INSERT INTO "public"."Note" ("slug") VALUES ($1) ON CONFLICT ("slug") DO UPDATE SET "slug" = "excluded"."slug" WHERE "Note"."deletedAt" IS NULL RETURNING "Note"."id", "Note"."slug", "Note"."text", "Note"."folderId", "Note"."deletedAt", xmax = 0
--   $1 = 'new'
INSERT INTO "public"."Note" ("slug", "text") VALUES ($1, $2) ON CONFLICT ("slug") DO UPDATE SET "slug" = "excluded"."slug", "text" = "excluded"."text" WHERE "Note"."deletedAt" IS NULL RETURNING "Note"."id", "Note"."slug", "Note"."text", "Note"."folderId", "Note"."deletedAt", xmax = 0
--   $1 = 'kept'
--   $2 = 'y'
SELECT COUNT(*) FROM (SELECT 1 FROM "public"."Note" WHERE "Note"."id" = ANY($1) LIMIT 200) AS "rows"
--   $1 = '{"1","7"}'
COMMIT

-- PATCH /api/v1/notes/1 {"text": "z", "folder": {"connect": {"id": 1}}}
-- → 200
BEGIN ISOLATION LEVEL READ COMMITTED
SELECT "Note"."id", "Note"."slug", "Note"."text", "Note"."folderId", "Note"."deletedAt" FROM "public"."Note" WHERE "Note"."id" = $1 AND "Note"."deletedAt" IS NULL FOR NO KEY UPDATE
--   $1 = '1'
SELECT "Folder"."id", "Folder"."name", "Folder"."isDeleted" FROM "public"."Folder" WHERE "Folder"."id" = $1 AND (NOT "Folder"."isDeleted" IS TRUE) FOR KEY SHARE
--   $1 = '1'
UPDATE "public"."Note" SET "text" = $1, "folderId" = $2 WHERE "Note"."id" = $3 RETURNING "Note"."id", "Note"."slug", "Note"."text", "Note"."folderId", "Note"."deletedAt"
--   $1 = 'z'
--   $2 = '1'
--   $3 = '1'
COMMIT

-- PATCH /api/v1/notes/1 {"folder": {"connect": {"id": 2}}}
-- → 409
BEGIN ISOLATION LEVEL READ COMMITTED
SELECT "Note"."id", "Note"."slug", "Note"."text", "Note"."folderId", "Note"."deletedAt" FROM "public"."Note" WHERE "Note"."id" = $1 AND "Note"."deletedAt" IS NULL FOR NO KEY UPDATE
--   $1 = '1'
SELECT "Folder"."id", "Folder"."name", "Folder"."isDeleted" FROM "public"."Folder" WHERE "Folder"."id" = $1 AND (NOT "Folder"."isDeleted" IS TRUE) FOR KEY SHARE
--   $1 = '2'
ROLLBACK

-- PATCH /api/v1/notes/2?deleted=include {"deletedAt": null}
-- → 200
UPDATE "public"."Note" SET "deletedAt" = $1 WHERE "Note"."id" = $2 RETURNING "Note"."id", "Note"."slug", "Note"."text", "Note"."folderId", "Note"."deletedAt"
--   $1 = NULL
--   $2 = '2'

-- PUT /api/v1/notes/1 {"slug": "kept", "text": "p"}
-- → 200
INSERT INTO "public"."Note" ("id", "slug", "text", "folderId", "deletedAt") VALUES ($1, $2, $3, $4, $5) ON CONFLICT ("id") DO UPDATE SET "id" = "excluded"."id", "slug" = "excluded"."slug", "text" = "excluded"."text", "folderId" = "excluded"."folderId", "deletedAt" = "excluded"."deletedAt" RETURNING "Note"."id", "Note"."slug", "Note"."text", "Note"."folderId", "Note"."deletedAt", xmax = 0
--   $1 = '1'
--   $2 = 'kept'
--   $3 = 'p'
--   $4 = NULL
--   $5 = NULL

-- POST /api/v1/folders {"name": "f", "notes": {"connect": {"slug": "kept"}, "create": {"slug": "made"}}}
-- → 201
BEGIN ISOLATION LEVEL READ COMMITTED
INSERT INTO "public"."Folder" ("name") VALUES ($1) RETURNING "Folder"."id", "Folder"."name", "Folder"."isDeleted"
--   $1 = 'f'
UPDATE "public"."Note" SET "folderId" = $1 WHERE "Note"."slug" = $2 AND "Note"."deletedAt" IS NULL RETURNING 1
--   $1 = '3'
--   $2 = 'kept'
INSERT INTO "public"."Note" ("slug", "folderId") VALUES ($1, $2) RETURNING "Note"."id", "Note"."slug", "Note"."text", "Note"."folderId", "Note"."deletedAt"
--   $1 = 'made'
--   $2 = '3'
COMMIT

-- PATCH /api/v1/folders/1 {"notes": {"delete": {"slug": "kept"}}}
-- → 409
BEGIN ISOLATION LEVEL READ COMMITTED
SELECT "Folder"."id", "Folder"."name", "Folder"."isDeleted" FROM "public"."Folder" WHERE "Folder"."id" = $1 AND (NOT "Folder"."isDeleted" IS TRUE) FOR NO KEY UPDATE
--   $1 = '1'
UPDATE "public"."Note" SET "deletedAt" = $1 WHERE "Note"."folderId" = $2 AND "Note"."slug" = $3 AND "Note"."deletedAt" IS NULL RETURNING "Note"."id", "Note"."slug", "Note"."text", "Note"."folderId", "Note"."deletedAt"
--   $1 = '«now 0000-00-00T00:00:00.000»Z'
--   $2 = '1'
--   $3 = 'kept'
SELECT "Note"."id", "Note"."slug", "Note"."text", "Note"."folderId", "Note"."deletedAt" FROM "public"."Note" WHERE "Note"."folderId" = $1 AND "Note"."slug" = $2 AND "Note"."deletedAt" IS NULL FOR KEY SHARE
--   $1 = '1'
--   $2 = 'kept'
ROLLBACK

-- PATCH /api/v1/folders/1 {"notes": {"delete": {"slug": "marked"}}}
-- → 200
BEGIN ISOLATION LEVEL READ COMMITTED
SELECT "Folder"."id", "Folder"."name", "Folder"."isDeleted" FROM "public"."Folder" WHERE "Folder"."id" = $1 AND (NOT "Folder"."isDeleted" IS TRUE) FOR NO KEY UPDATE
--   $1 = '1'
UPDATE "public"."Note" SET "deletedAt" = $1 WHERE "Note"."folderId" = $2 AND "Note"."slug" = $3 AND "Note"."deletedAt" IS NULL RETURNING "Note"."id", "Note"."slug", "Note"."text", "Note"."folderId", "Note"."deletedAt"
--   $1 = '«now 0000-00-00T00:00:00.000»Z'
--   $2 = '1'
--   $3 = 'marked'
SELECT "Note"."id", "Note"."slug", "Note"."text", "Note"."folderId", "Note"."deletedAt" FROM "public"."Note" WHERE "Note"."folderId" = $1 AND "Note"."slug" = $2 AND "Note"."deletedAt" IS NULL FOR KEY SHARE
--   $1 = '1'
--   $2 = 'marked'
COMMIT

-- DELETE /api/v1/notes/3
-- → 204
UPDATE "public"."Note" SET "deletedAt" = $1 WHERE "Note"."id" = $2 AND "Note"."deletedAt" IS NULL RETURNING 1
--   $1 = '«now 0000-00-00T00:00:00.000»Z'
--   $2 = '3'

-- DELETE /api/v1/folders/1
-- → 204
UPDATE "public"."Folder" SET "isDeleted" = $1 WHERE "Folder"."id" = $2 AND (NOT "Folder"."isDeleted" IS TRUE) RETURNING 1
--   $1 = 'true'
--   $2 = '1'

-- DELETE /api/v1/notes?slug=eq.new
-- → 200
BEGIN ISOLATION LEVEL READ COMMITTED
SELECT COUNT(*) FROM (SELECT 1 FROM "public"."Note" WHERE "Note"."slug" = $1 AND "Note"."deletedAt" IS NULL LIMIT 1001) AS "rows"
--   $1 = 'new'
UPDATE "public"."Note" SET "deletedAt" = $1 WHERE "Note"."slug" = $2 AND "Note"."deletedAt" IS NULL RETURNING 1
--   $1 = '«now 0000-00-00T00:00:00.000»Z'
--   $2 = 'new'
COMMIT

-- DELETE /api/v1/notes/2?hard=true
-- → 204
DELETE FROM "public"."Note" WHERE "Note"."id" = $1 RETURNING 1
--   $1 = '2'

-- PATCH /api/v1/notes?text=eq.y {"text": "w"}
-- → 200
BEGIN ISOLATION LEVEL READ COMMITTED
SELECT COUNT(*) FROM (SELECT 1 FROM "public"."Note" WHERE "Note"."text" = $1 AND "Note"."deletedAt" IS NULL LIMIT 1001) AS "rows"
--   $1 = 'y'
UPDATE "public"."Note" SET "text" = $1 WHERE "Note"."text" = $2 AND "Note"."deletedAt" IS NULL RETURNING 1
--   $1 = 'w'
--   $2 = 'y'
COMMIT

---- By the other front

-- GET /rest/v1/Note?select=slug,Folder(name)
-- → 200
SELECT row_to_json(_row.*)::text, NULL::text FROM (SELECT "Note"."slug" AS "slug", row_to_json("Note_Folder_1".*) AS "Folder" FROM "public"."Note" AS "Note" LEFT JOIN LATERAL (SELECT "Folder_1"."name" AS "name" FROM "public"."Folder" AS "Folder_1" WHERE "Folder_1"."id" = "Note"."folderId" AND NOT "Folder_1"."isDeleted" IS TRUE) AS "Note_Folder_1" ON TRUE WHERE "Note"."deletedAt" IS NULL) AS _row

-- GET /rest/v1/Folder?select=name,Note(slug)
-- → 200
SELECT row_to_json(_row.*)::text, NULL::text FROM (SELECT "Folder"."name" AS "name", coalesce("Folder_Note_1"."Folder_Note_1", '[]') AS "Note" FROM "public"."Folder" AS "Folder" LEFT JOIN LATERAL (SELECT json_agg("Folder_Note_1".*) AS "Folder_Note_1" FROM (SELECT "Note_1"."slug" AS "slug" FROM "public"."Note" AS "Note_1" WHERE "Note_1"."folderId" = "Folder"."id" AND "Note_1"."deletedAt" IS NULL) AS "Folder_Note_1") AS "Folder_Note_1" ON TRUE WHERE NOT "Folder"."isDeleted" IS TRUE) AS _row

-- DELETE /rest/v1/Note?slug=eq.made
-- → 204
BEGIN ISOLATION LEVEL READ COMMITTED; SELECT set_config('search_path', '"public", "public"', true)
WITH refract_written AS (UPDATE "public"."Note" AS "Note" SET "deletedAt" = $1 WHERE "Note"."slug" = $2 AND "Note"."deletedAt" IS NULL RETURNING 1 AS one) SELECT '', (SELECT count(*)::text FROM refract_written), (SELECT count(*)::text FROM refract_written)
--   $1 = '«now 0000-00-00T00:00:00.000»Z'
--   $2 = 'made'
COMMIT

-- PATCH /rest/v1/Note?slug=eq.kept {"text": "v"}
-- → 204
BEGIN ISOLATION LEVEL READ COMMITTED; SELECT set_config('search_path', '"public", "public"', true)
WITH refract_written AS (UPDATE "public"."Note" AS "Note" SET "text" = _row."text" FROM json_populate_record(NULL::"public"."Note", $1::json) AS _row WHERE "Note"."slug" = $2 AND "Note"."deletedAt" IS NULL RETURNING 1 AS one) SELECT '', (SELECT count(*)::text FROM refract_written), (SELECT count(*)::text FROM refract_written)
--   $1 = '{"text":"v"}'
--   $2 = 'kept'
COMMIT
