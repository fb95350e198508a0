-- The statements of requests/soft_delete.http; `UPDATE_GOLDEN=1 cargo test --test it golden` writes them.

---- Reads

-- GET /api/v1/notes
-- → 200
SELECT "Note"."id", "Note"."slug", "Note"."text", "Note"."folderId", "Note"."deletedAt" FROM "Note" WHERE "Note"."deletedAt" IS NULL ORDER BY "Note"."id" ASC LIMIT 21

-- GET /api/v1/notes?deleted=include
-- → 200
SELECT "Note"."id", "Note"."slug", "Note"."text", "Note"."folderId", "Note"."deletedAt" FROM "Note" WHERE TRUE ORDER BY "Note"."id" ASC LIMIT 21

-- GET /api/v1/notes?deleted=only
-- → 200
SELECT "Note"."id", "Note"."slug", "Note"."text", "Note"."folderId", "Note"."deletedAt" FROM "Note" WHERE "Note"."deletedAt" IS NOT NULL ORDER BY "Note"."id" ASC LIMIT 21

-- GET /api/v1/notes/1
-- → 200
SELECT "Note"."id", "Note"."slug", "Note"."text", "Note"."folderId", "Note"."deletedAt" FROM "Note" WHERE "Note"."id" = ? AND "Note"."deletedAt" IS NULL
--   $1 = 1

-- GET /api/v1/notes/2
-- → 404
SELECT "Note"."id", "Note"."slug", "Note"."text", "Note"."folderId", "Note"."deletedAt" FROM "Note" WHERE "Note"."id" = ? AND "Note"."deletedAt" IS NULL
--   $1 = 2

-- GET /api/v1/notes/2?deleted=include
-- → 200
SELECT "Note"."id", "Note"."slug", "Note"."text", "Note"."folderId", "Note"."deletedAt" FROM "Note" WHERE "Note"."id" = ?
--   $1 = 2

-- GET /api/v1/notes?slug=eq.kept&count=exact
-- → 200
SELECT (SELECT COUNT(*) FROM "Note" AS "Note_1" WHERE "Note_1"."slug" = ? AND "Note_1"."deletedAt" IS NULL), json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Note"."id"), quote("Note"."slug"), quote("Note"."text"), quote("Note"."folderId"), quote("Note"."deletedAt"), quote("Note"."id")) AS "row" FROM "Note" AS "Note" WHERE "Note"."slug" = ? AND "Note"."deletedAt" IS NULL ORDER BY "Note"."id" ASC LIMIT 21) AS "rows"))
--   $1 = 'kept'
--   $2 = 'kept'

-- GET /api/v1/notes?select=slug,folder(name)
-- → 200
SELECT "Note"."slug", json((SELECT json_array(quote("Folder_1"."name")) FROM "Folder" AS "Folder_1" WHERE "Folder_1"."id" = "Note"."folderId" AND (NOT "Folder_1"."isDeleted" IS TRUE))), "Note"."id" FROM (SELECT "Note".* FROM "Note" AS "Note" WHERE "Note"."deletedAt" IS NULL ORDER BY "Note"."id" ASC LIMIT 21) AS "Note" ORDER BY "Note"."id" ASC

-- GET /api/v1/notes?select=slug,folder!inner(name)
-- → 200
SELECT "Note"."slug", json((SELECT json_array(quote("Folder_1"."name")) FROM "Folder" AS "Folder_1" WHERE "Folder_1"."id" = "Note"."folderId" AND (NOT "Folder_1"."isDeleted" IS TRUE))), "Note"."id" FROM (SELECT "Note".* FROM "Note" AS "Note" WHERE "Note"."deletedAt" IS NULL AND EXISTS(SELECT 1 FROM "Folder" AS "Folder_1_" WHERE "Folder_1_"."id" = "Note"."folderId" AND (NOT "Folder_1_"."isDeleted" IS TRUE)) IS TRUE ORDER BY "Note"."id" ASC LIMIT 21) AS "Note" ORDER BY "Note"."id" ASC

-- GET /api/v1/folders?select=name,notes(slug)
-- → 200
SELECT "Folder"."name", json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Note_1"."slug")) AS "row" FROM "Note" AS "Note_1" WHERE "Note_1"."folderId" = "Folder"."id" AND "Note_1"."deletedAt" IS NULL ORDER BY "Note_1"."id" ASC LIMIT 1001) AS "rows")), "Folder"."id" FROM (SELECT "Folder".* FROM "Folder" AS "Folder" WHERE NOT "Folder"."isDeleted" IS TRUE ORDER BY "Folder"."id" ASC LIMIT 21) AS "Folder" ORDER BY "Folder"."id" ASC

-- GET /api/v1/folders?select=name,notes(slug)&deleted=include
-- → 200
SELECT "Folder"."name", json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Note_1"."slug")) AS "row" FROM "Note" AS "Note_1" WHERE "Note_1"."folderId" = "Folder"."id" AND "Note_1"."deletedAt" IS NULL ORDER BY "Note_1"."id" ASC LIMIT 1001) AS "rows")), "Folder"."id" FROM (SELECT "Folder".* FROM "Folder" AS "Folder" WHERE TRUE ORDER BY "Folder"."id" ASC LIMIT 21) AS "Folder" ORDER BY "Folder"."id" ASC

-- GET /api/v1/folders?select=name,notes(count())
-- → 200
SELECT "Folder"."name", json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote(count(*))) AS "row" FROM "Note" AS "Note_1" WHERE "Note_1"."folderId" = "Folder"."id" AND "Note_1"."deletedAt" IS NULL LIMIT 1001) AS "rows")), "Folder"."id" FROM (SELECT "Folder".* FROM "Folder" AS "Folder" WHERE NOT "Folder"."isDeleted" IS TRUE ORDER BY "Folder"."id" ASC LIMIT 21) AS "Folder" ORDER BY "Folder"."id" ASC

-- GET /api/v1/folders?select=name,notes(slug)&notes=is.null
-- → 200
SELECT "Folder"."name", json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Note_1"."slug")) AS "row" FROM "Note" AS "Note_1" WHERE "Note_1"."folderId" = "Folder"."id" AND "Note_1"."deletedAt" IS NULL ORDER BY "Note_1"."id" ASC LIMIT 1001) AS "rows")), "Folder"."id" FROM (SELECT "Folder".* FROM "Folder" AS "Folder" WHERE (NOT "Folder"."isDeleted" IS TRUE) AND (NOT EXISTS(SELECT 1 FROM "Note" AS "Note_1_" WHERE "Note_1_"."folderId" = "Folder"."id" AND "Note_1_"."deletedAt" IS NULL) IS TRUE) ORDER BY "Folder"."id" ASC LIMIT 21) AS "Folder" ORDER BY "Folder"."id" ASC

-- GET /api/v1/folders/1/notes
-- → 200
SELECT EXISTS(SELECT 1 FROM "Folder" AS "Folder_1" WHERE "Folder_1"."id" = ? AND (NOT "Folder_1"."isDeleted" IS TRUE)) IS TRUE, json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Note"."id"), quote("Note"."slug"), quote("Note"."text"), quote("Note"."folderId"), quote("Note"."deletedAt"), quote("Note"."id")) AS "row" FROM "Note" AS "Note" WHERE EXISTS(SELECT 1 FROM "Folder" AS "Folder_1_" WHERE "Folder_1_"."id" = ? AND (NOT "Folder_1_"."isDeleted" IS TRUE) AND "Note"."folderId" = "Folder_1_"."id") IS TRUE AND "Note"."deletedAt" IS NULL ORDER BY "Note"."id" ASC LIMIT 21) AS "rows"))
--   $1 = 1
--   $2 = 1

-- GET /api/v1/notes?select=slug,folder(name)&order=folder(name)
-- → 200
SELECT "Note"."slug", json((SELECT json_array(quote("Folder_1"."name")) FROM "Folder" AS "Folder_1" WHERE "Folder_1"."id" = "Note"."folderId" AND (NOT "Folder_1"."isDeleted" IS TRUE))), "Note"."order 0", "Note"."id" FROM (SELECT "Note".*, "Folder_1_"."name" AS "order 0" FROM "Note" AS "Note" LEFT JOIN "Folder" AS "Folder_1_" ON "Folder_1_"."id" = "Note"."folderId" AND (NOT "Folder_1_"."isDeleted" IS TRUE) WHERE "Note"."deletedAt" IS NULL ORDER BY "Folder_1_"."name" ASC NULLS LAST, "Note"."id" ASC LIMIT 21) AS "Note" ORDER BY "Note"."order 0" ASC NULLS LAST, "Note"."id" ASC

---- Writes

-- POST /api/v1/notes {"slug": "kept"}
-- → 409
INSERT INTO "Note" ("slug") VALUES (?) RETURNING "Note"."id", "Note"."slug", "Note"."text", "Note"."folderId", "Note"."deletedAt"
--   $1 = 'kept'
SELECT "Note"."slug" FROM "Note" WHERE "Note"."deletedAt" IS NOT NULL AND "Note"."slug" IN (?) LIMIT 1
--   $1 = 'kept'

-- POST /api/v1/notes {"slug": "marked"}
-- → 409
INSERT INTO "Note" ("slug") VALUES (?) RETURNING "Note"."id", "Note"."slug", "Note"."text", "Note"."folderId", "Note"."deletedAt"
--   $1 = 'marked'
SELECT "Note"."slug" FROM "Note" WHERE "Note"."deletedAt" IS NOT NULL AND "Note"."slug" IN (?) LIMIT 1
--   $1 = 'marked'

-- POST /api/v1/notes?onConflict=slug {"slug": "marked", "text": "x"}
-- → 409
BEGIN IMMEDIATE
INSERT INTO "Note" ("slug", "text") VALUES (?, ?) ON CONFLICT ("slug") DO NOTHING RETURNING "Note"."id", "Note"."slug", "Note"."text", "Note"."folderId", "Note"."deletedAt"
--   $1 = 'marked'
--   $2 = 'x'
INSERT INTO "Note" ("slug", "text") VALUES (?, ?) ON CONFLICT ("slug") DO UPDATE SET "slug" = "excluded"."slug", "text" = "excluded"."text" WHERE "Note"."deletedAt" IS NULL RETURNING "Note"."id", "Note"."slug", "Note"."text", "Note"."folderId", "Note"."deletedAt"
--   $1 = 'marked'
--   $2 = 'x'
ROLLBACK
SELECT "Note"."slug" FROM "Note" WHERE "Note"."deletedAt" IS NOT NULL AND "Note"."slug" IN (?) LIMIT 1
--   $1 = 'marked'

-- POST /api/v1/notes?onConflict=slug [{"slug": "kept", "text": "y"}, {"slug": "new"}]
-- → 201
BEGIN IMMEDIATE
INSERT INTO "Note" ("slug") VALUES (?) ON CONFLICT ("slug") DO NOTHING RETURNING "Note"."id", "Note"."slug", "Note"."text", "Note"."folderId", "Note"."deletedAt"
--   $1 = 'new'
INSERT INTO "Note" ("slug", "text") VALUES (?, ?) ON CONFLICT ("slug") DO NOTHING RETURNING "Note"."id", "Note"."slug", "Note"."text", "Note"."folderId", "Note"."deletedAt"
--   $1 = 'kept'
--   $2 = 'y'
INSERT INTO "Note" ("slug", "text") VALUES (?, ?) ON CONFLICT ("slug") DO UPDATE SET "slug" = "excluded"."slug", "text" = "excluded"."text" WHERE "Note"."deletedAt" IS NULL RETURNING "Note"."id", "Note"."slug", "Note"."text", "Note"."folderId", "Note"."deletedAt"
--   $1 = 'kept'
--   $2 = 'y'
SELECT COUNT(*) FROM (SELECT 1 FROM "Note" WHERE "Note"."id" IN (?, ?) LIMIT 200) AS "rows"
--   $1 = 1
--   $2 = 4
COMMIT

-- PATCH /api/v1/notes/1 {"text": "z", "folder": {"connect": {"id": 1}}}
-- → 200
BEGIN IMMEDIATE
SELECT "Note"."id", "Note"."slug", "Note"."text", "Note"."folderId", "Note"."deletedAt" FROM "Note" WHERE "Note"."id" = ? AND "Note"."deletedAt" IS NULL
--   $1 = 1
SELECT "Folder"."id", "Folder"."name", "Folder"."isDeleted" FROM "Folder" WHERE "Folder"."id" = ? AND (NOT "Folder"."isDeleted" IS TRUE)
--   $1 = 1
UPDATE "Note" SET "text" = ?, "folderId" = ? WHERE "Note"."id" = ? RETURNING "Note"."id", "Note"."slug", "Note"."text", "Note"."folderId", "Note"."deletedAt"
--   $1 = 'z'
--   $2 = 1
--   $3 = 1
COMMIT

-- PATCH /api/v1/notes/1 {"folder": {"connect": {"id": 2}}}
-- → 409
BEGIN IMMEDIATE
SELECT "Note"."id", "Note"."slug", "Note"."text", "Note"."folderId", "Note"."deletedAt" FROM "Note" WHERE "Note"."id" = ? AND "Note"."deletedAt" IS NULL
--   $1 = 1
SELECT "Folder"."id", "Folder"."name", "Folder"."isDeleted" FROM "Folder" WHERE "Folder"."id" = ? AND (NOT "Folder"."isDeleted" IS TRUE)
--   $1 = 2
ROLLBACK

-- PATCH /api/v1/notes/2?deleted=include {"deletedAt": null}
-- → 200
UPDATE "Note" SET "deletedAt" = ? WHERE "Note"."id" = ? RETURNING "Note"."id", "Note"."slug", "Note"."text", "Note"."folderId", "Note"."deletedAt"
--   $1 = NULL
--   $2 = 2

-- PUT /api/v1/notes/1 {"slug": "kept", "text": "p"}
-- → 200
BEGIN IMMEDIATE
INSERT INTO "Note" ("id", "slug", "text", "folderId", "deletedAt") VALUES (?, ?, ?, ?, ?) ON CONFLICT ("id") DO NOTHING RETURNING "Note"."id", "Note"."slug", "Note"."text", "Note"."folderId", "Note"."deletedAt"
--   $1 = 1
--   $2 = 'kept'
--   $3 = 'p'
--   $4 = NULL
--   $5 = NULL
INSERT INTO "Note" ("id", "slug", "text", "folderId", "deletedAt") VALUES (?, ?, ?, ?, ?) ON CONFLICT ("id") DO UPDATE SET "id" = "excluded"."id", "slug" = "excluded"."slug", "text" = "excluded"."text", "folderId" = "excluded"."folderId", "deletedAt" = "excluded"."deletedAt" RETURNING "Note"."id", "Note"."slug", "Note"."text", "Note"."folderId", "Note"."deletedAt"
--   $1 = 1
--   $2 = 'kept'
--   $3 = 'p'
--   $4 = NULL
--   $5 = NULL
COMMIT

-- POST /api/v1/folders {"name": "f", "notes": {"connect": {"slug": "kept"}, "create": {"slug": "made"}}}
-- → 201
BEGIN IMMEDIATE
INSERT INTO "Folder" ("name") VALUES (?) RETURNING "Folder"."id", "Folder"."name", "Folder"."isDeleted"
--   $1 = 'f'
UPDATE "Note" SET "folderId" = ? WHERE "Note"."slug" = ? AND "Note"."deletedAt" IS NULL RETURNING 1
--   $1 = 3
--   $2 = 'kept'
INSERT INTO "Note" ("slug", "folderId") VALUES (?, ?) RETURNING "Note"."id", "Note"."slug", "Note"."text", "Note"."folderId", "Note"."deletedAt"
--   $1 = 'made'
--   $2 = 3
COMMIT

-- PATCH /api/v1/folders/1 {"notes": {"delete": {"slug": "kept"}}}
-- → 409
BEGIN IMMEDIATE
SELECT "Folder"."id", "Folder"."name", "Folder"."isDeleted" FROM "Folder" WHERE "Folder"."id" = ? AND (NOT "Folder"."isDeleted" IS TRUE)
--   $1 = 1
UPDATE "Note" SET "deletedAt" = ? WHERE "Note"."folderId" = ? AND "Note"."slug" = ? AND "Note"."deletedAt" IS NULL RETURNING "Note"."id", "Note"."slug", "Note"."text", "Note"."folderId", "Note"."deletedAt"
--   $1 = '«now 0000-00-00T00:00:00.000»+00:00'
--   $2 = 1
--   $3 = 'kept'
SELECT "Note"."id", "Note"."slug", "Note"."text", "Note"."folderId", "Note"."deletedAt" FROM "Note" WHERE "Note"."folderId" = ? AND "Note"."slug" = ? AND "Note"."deletedAt" IS NULL
--   $1 = 1
--   $2 = 'kept'
ROLLBACK

-- PATCH /api/v1/folders/1 {"notes": {"delete": {"slug": "marked"}}}
-- → 200
BEGIN IMMEDIATE
SELECT "Folder"."id", "Folder"."name", "Folder"."isDeleted" FROM "Folder" WHERE "Folder"."id" = ? AND (NOT "Folder"."isDeleted" IS TRUE)
--   $1 = 1
UPDATE "Note" SET "deletedAt" = ? WHERE "Note"."folderId" = ? AND "Note"."slug" = ? AND "Note"."deletedAt" IS NULL RETURNING "Note"."id", "Note"."slug", "Note"."text", "Note"."folderId", "Note"."deletedAt"
--   $1 = '«now 0000-00-00T00:00:00.000»+00:00'
--   $2 = 1
--   $3 = 'marked'
SELECT "Note"."id", "Note"."slug", "Note"."text", "Note"."folderId", "Note"."deletedAt" FROM "Note" WHERE "Note"."folderId" = ? AND "Note"."slug" = ? AND "Note"."deletedAt" IS NULL
--   $1 = 1
--   $2 = 'marked'
COMMIT

-- DELETE /api/v1/notes/3
-- → 204
UPDATE "Note" SET "deletedAt" = ? WHERE "Note"."id" = ? AND "Note"."deletedAt" IS NULL RETURNING 1
--   $1 = '«now 0000-00-00T00:00:00.000»+00:00'
--   $2 = 3

-- DELETE /api/v1/folders/1
-- → 204
UPDATE "Folder" SET "isDeleted" = ? WHERE "Folder"."id" = ? AND (NOT "Folder"."isDeleted" IS TRUE) RETURNING 1
--   $1 = 1
--   $2 = 1

-- DELETE /api/v1/notes?slug=eq.new
-- → 200
BEGIN IMMEDIATE
SELECT COUNT(*) FROM (SELECT 1 FROM "Note" WHERE "Note"."slug" = ? AND "Note"."deletedAt" IS NULL LIMIT 1001) AS "rows"
--   $1 = 'new'
UPDATE "Note" SET "deletedAt" = ? WHERE "Note"."slug" = ? AND "Note"."deletedAt" IS NULL RETURNING 1
--   $1 = '«now 0000-00-00T00:00:00.000»+00:00'
--   $2 = 'new'
COMMIT

-- DELETE /api/v1/notes/2?hard=true
-- → 204
DELETE FROM "Note" WHERE "Note"."id" = ? RETURNING 1
--   $1 = 2

-- PATCH /api/v1/notes?text=eq.y {"text": "w"}
-- → 200
BEGIN IMMEDIATE
SELECT COUNT(*) FROM (SELECT 1 FROM "Note" WHERE "Note"."text" = ? AND "Note"."deletedAt" IS NULL LIMIT 1001) AS "rows"
--   $1 = 'y'
UPDATE "Note" SET "text" = ? WHERE "Note"."text" = ? AND "Note"."deletedAt" IS NULL RETURNING 1
--   $1 = 'w'
--   $2 = 'y'
COMMIT

---- By the other front

-- GET /rest/v1/Note?select=slug,Folder(name)
-- → 200
SELECT "Note"."slug", json((SELECT json_array(quote("Folder_1"."name")) FROM "Folder" AS "Folder_1" WHERE "Folder_1"."id" = "Note"."folderId" AND (NOT "Folder_1"."isDeleted" IS TRUE))) FROM "Note" AS "Note" WHERE "Note"."deletedAt" IS NULL

-- GET /rest/v1/Folder?select=name,Note(slug)
-- → 200
SELECT "Folder"."name", json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Note_1"."slug")) AS "row" FROM "Note" AS "Note_1" WHERE "Note_1"."folderId" = "Folder"."id" AND "Note_1"."deletedAt" IS NULL) AS "rows")) FROM "Folder" AS "Folder" WHERE NOT "Folder"."isDeleted" IS TRUE

-- DELETE /rest/v1/Note?slug=eq.made
-- → 204
BEGIN IMMEDIATE
UPDATE "Note" SET "deletedAt" = ? WHERE "Note"."slug" = ? AND "Note"."deletedAt" IS NULL RETURNING "Note"."id", "Note"."slug", "Note"."text", "Note"."folderId", "Note"."deletedAt"
--   $1 = '«now 0000-00-00T00:00:00.000»+00:00'
--   $2 = 'made'
COMMIT

-- PATCH /rest/v1/Note?slug=eq.kept {"text": "v"}
-- → 204
BEGIN IMMEDIATE
UPDATE "Note" SET "text" = ? WHERE "Note"."slug" = ? AND "Note"."deletedAt" IS NULL RETURNING "Note"."id", "Note"."slug", "Note"."text", "Note"."folderId", "Note"."deletedAt"
--   $1 = 'v'
--   $2 = 'kept'
COMMIT
