-- Every oddity a SQLite schema of Prisma's can bring: what SQLite can express of its twin, postgres.sql.

-- Trouble: two columns that become one name in Rust, and two times the same moment.
CREATE TABLE "Timestamps" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "createdAt" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_at" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" DATETIME NOT NULL,
    "updated_at" DATETIME NOT NULL
);

-- Trouble: two tables that become one name in Rust and one path in the API.
CREATE TABLE "UserProfile" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "bio" TEXT
);

CREATE TABLE "user_profile" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "bio" TEXT
);

-- Trouble: tables named like words of SQL, of Rust, of SeaORM and of the API.
CREATE TABLE "user" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL
);

CREATE TABLE "order" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "user" TEXT NOT NULL,
    "price" DECIMAL NOT NULL,
    "quantity" INTEGER NOT NULL DEFAULT 1,
    "total" DECIMAL GENERATED ALWAYS AS ("price" * "quantity") STORED,
    CONSTRAINT "order_user_fkey" FOREIGN KEY ("user") REFERENCES "user" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "order_quantity_check" CHECK ("quantity" > 0),
    CONSTRAINT "order_price_check" CHECK ("price" >= 0 AND ("price" < 1000000 OR "quantity" = 1))
);

CREATE TABLE "select" (
    "id" INTEGER NOT NULL PRIMARY KEY,
    "from" TEXT,
    "where" TEXT
);

CREATE TABLE "type" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "type" TEXT NOT NULL
);

-- Trouble: columns named like keywords of Rust, like parameters of the API, and like methods of the entities.
CREATE TABLE "match" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "limit" INTEGER,
    "offset" INTEGER,
    "order" TEXT,
    "select" TEXT,
    "cursor" TEXT,
    "count" INTEGER,
    "columns" TEXT,
    "and" TEXT,
    "or" TEXT,
    "not" TEXT,
    "self" TEXT,
    "crate" TEXT,
    "super" TEXT,
    "match" TEXT,
    "async" TEXT,
    "type" TEXT,
    "model" TEXT,
    "entity" TEXT,
    "column" TEXT,
    "relation" TEXT
);

CREATE TABLE "Option" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "String" TEXT NOT NULL
);

CREATE TABLE "schema" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "version" TEXT NOT NULL
);

-- Trouble: names that need quoting everywhere.
CREATE TABLE "Größen & Maße" (
    "Schlüssel" TEXT NOT NULL PRIMARY KEY,
    "größe in cm" REAL,
    "2fa" BOOLEAN NOT NULL DEFAULT false,
    "a.b" TEXT,
    "a,b" TEXT,
    "say ""hi""" TEXT,
    "it's" TEXT DEFAULT 'it''s',
    "naïve-name" TEXT,
    "名前" TEXT
);

-- Trouble: every number. Decimals are numbers of SQLite's, which keeps them as floats.
CREATE TABLE "Numbers" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "int4" INTEGER NOT NULL,
    "int8" BIGINT NOT NULL,
    "float8" REAL NOT NULL,
    "decimal" DECIMAL NOT NULL,
    "money_like" DECIMAL NOT NULL DEFAULT 0.00,
    "bool" BOOLEAN NOT NULL
);

-- Trouble: moments, whose form is up to who writes them: Prisma has written milliseconds and RFC 3339.
CREATE TABLE "Moments" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "datetime" DATETIME NOT NULL,
    "optional" DATETIME
);

-- Trouble: enums are texts with a check at best.
CREATE TABLE "Texts" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "text" TEXT NOT NULL,
    "progress" TEXT NOT NULL DEFAULT 'in progress',
    "color" TEXT,
    "share" INTEGER NOT NULL DEFAULT 50,
    CONSTRAINT "Texts_progress_check" CHECK ("progress" IN ('todo', 'in progress', 'in-progress', '1st', 'self', 'läuft')),
    CONSTRAINT "Texts_color_check" CHECK ("color" IN ('RED', 'GREEN', 'BLUE')),
    CONSTRAINT "Texts_share_check" CHECK ("share" BETWEEN 0 AND 100)
);

-- Trouble: json, bytes, and the JSON null that is not SQL's.
CREATE TABLE "Documents" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "jsonb" JSONB NOT NULL DEFAULT '{"a": [1, 2.50, null], "b": "it''s"}',
    "optional" JSONB,
    "bytes" BLOB NOT NULL,
    "optional_bytes" BLOB
);

-- Trouble: no way to name a row.
CREATE TABLE "NoKey" (
    "message" TEXT,
    "loggedAt" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP
);

-- Trouble: rows are named by a unique index only.
CREATE TABLE "OnlyUnique" (
    "code" TEXT NOT NULL,
    "label" TEXT NOT NULL
);

-- Trouble: unique indexes that name no row: over a nullable column, partial, over an expression.
CREATE TABLE "NoUsableUnique" (
    "nickname" TEXT,
    "email" TEXT NOT NULL,
    "isDeleted" BOOLEAN NOT NULL DEFAULT false
);

-- Trouble: a key with a moment in it, and not in column order.
CREATE TABLE "Reading" (
    "at" DATETIME NOT NULL,
    "value" REAL NOT NULL,
    "sensor" TEXT NOT NULL,

    PRIMARY KEY ("sensor", "at")
);

-- Trouble: a key of texts that may hold commas, slashes and per cent signs.
CREATE TABLE "Translation" (
    "path" TEXT NOT NULL,
    "locale" TEXT NOT NULL,
    "text" TEXT NOT NULL,

    PRIMARY KEY ("path", "locale")
);

-- Trouble: a foreign key of two columns, which are also part of a key of three.
CREATE TABLE "TranslationVote" (
    "path" TEXT NOT NULL,
    "locale" TEXT NOT NULL,
    "voter" INTEGER NOT NULL,
    "up" BOOLEAN NOT NULL,

    PRIMARY KEY ("path", "locale", "voter"),
    CONSTRAINT "TranslationVote_path_locale_fkey" FOREIGN KEY ("path", "locale") REFERENCES "Translation" ("path", "locale") ON DELETE CASCADE ON UPDATE CASCADE
);

-- Trouble: keys of other types.
CREATE TABLE "BigKey" (
    "id" BIGINT NOT NULL PRIMARY KEY,
    "note" TEXT
);

CREATE TABLE "JsonKey" (
    "id" JSONB NOT NULL PRIMARY KEY,
    "note" TEXT
);

CREATE TABLE "DecimalKey" (
    "id" DECIMAL NOT NULL PRIMARY KEY,
    "note" TEXT
);

CREATE TABLE "EnumKey" (
    "progress" TEXT NOT NULL,
    "active" BOOLEAN NOT NULL,
    "day" DATETIME NOT NULL,
    "note" TEXT,

    PRIMARY KEY ("progress", "active", "day")
);

CREATE TABLE "BytesKey" (
    "hash" BLOB NOT NULL PRIMARY KEY,
    "note" TEXT
);

-- Trouble: nothing but the key; an update has nothing to set.
CREATE TABLE "KeyOnly" (
    "id" INTEGER NOT NULL PRIMARY KEY
);

-- Trouble: a column that the database computes and keeps nowhere, and a default that is an expression.
CREATE TABLE "Computed" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "code" TEXT NOT NULL DEFAULT (upper(hex(randomblob(4)))),
    "slug" TEXT GENERATED ALWAYS AS (lower("note")) VIRTUAL,
    "note" TEXT
);

-- Trouble: nothing has a default, everything is required.
CREATE TABLE "AllRequired" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL,
    "age" INTEGER NOT NULL,
    "color" TEXT NOT NULL,
    "born" DATETIME NOT NULL,
    "score" DECIMAL NOT NULL,
    "settings" JSONB NOT NULL,
    "isActive" BOOLEAN NOT NULL,
    CONSTRAINT "AllRequired_age_check" CHECK ("age" BETWEEN 0 AND 150),
    CONSTRAINT "AllRequired_name_check" CHECK (length("name") >= 2)
);

-- Trouble: a tree, its order in a unique key of two columns.
CREATE TABLE "Category" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "parentId" INTEGER,
    "name" TEXT NOT NULL,
    CONSTRAINT "Category_parentId_fkey" FOREIGN KEY ("parentId") REFERENCES "Category" ("id") ON DELETE SET NULL ON UPDATE CASCADE
);

-- Trouble: two tables that refer to each other, and two relations between them.
CREATE TABLE "Department" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "name" TEXT NOT NULL,
    "head_id" INTEGER,
    CONSTRAINT "Department_head_id_fkey" FOREIGN KEY ("head_id") REFERENCES "Employee" ("id") ON DELETE SET NULL ON UPDATE CASCADE
);

CREATE TABLE "Employee" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "number" TEXT NOT NULL,
    "department_id" INTEGER NOT NULL,
    "previous_department_id" INTEGER,
    "manager_id" INTEGER,
    CONSTRAINT "Employee_department_id_fkey" FOREIGN KEY ("department_id") REFERENCES "Department" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "Employee_previous_department_id_fkey" FOREIGN KEY ("previous_department_id") REFERENCES "Department" ("id") ON DELETE SET NULL ON UPDATE CASCADE,
    CONSTRAINT "Employee_manager_id_fkey" FOREIGN KEY ("manager_id") REFERENCES "Employee" ("id") ON DELETE SET NULL ON UPDATE CASCADE
);

-- Trouble: one to one, by a key that is the foreign key as well; and a relation to a unique column that is no key.
CREATE TABLE "EmployeeCard" (
    "employee_id" INTEGER NOT NULL PRIMARY KEY,
    "replaces_number" TEXT,
    "printed" BOOLEAN NOT NULL DEFAULT false,
    CONSTRAINT "EmployeeCard_employee_id_fkey" FOREIGN KEY ("employee_id") REFERENCES "Employee" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "EmployeeCard_replaces_number_fkey" FOREIGN KEY ("replaces_number") REFERENCES "Employee" ("number") ON DELETE NO ACTION ON UPDATE NO ACTION
);

-- Trouble: implicit many-to-many tables, of two tables and of a table with itself. On SQLite they never have a primary key.
CREATE TABLE "_CategoryToDepartment" (
    "A" INTEGER NOT NULL,
    "B" INTEGER NOT NULL,
    CONSTRAINT "_CategoryToDepartment_A_fkey" FOREIGN KEY ("A") REFERENCES "Category" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "_CategoryToDepartment_B_fkey" FOREIGN KEY ("B") REFERENCES "Department" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

CREATE TABLE "_Mentoring" (
    "A" INTEGER NOT NULL,
    "B" INTEGER NOT NULL,
    CONSTRAINT "_Mentoring_A_fkey" FOREIGN KEY ("A") REFERENCES "Employee" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "_Mentoring_B_fkey" FOREIGN KEY ("B") REFERENCES "Employee" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- Trouble: a table that Prisma Migrate keeps for itself.
CREATE TABLE "_prisma_migrations" (
    "id" TEXT PRIMARY KEY NOT NULL,
    "checksum" TEXT NOT NULL,
    "finished_at" DATETIME,
    "migration_name" TEXT NOT NULL,
    "logs" TEXT,
    "rolled_back_at" DATETIME,
    "started_at" DATETIME NOT NULL DEFAULT current_timestamp,
    "applied_steps_count" INTEGER UNSIGNED NOT NULL DEFAULT 0
);

CREATE UNIQUE INDEX "OnlyUnique_code_key" ON "OnlyUnique"("code");

CREATE UNIQUE INDEX "NoUsableUnique_nickname_key" ON "NoUsableUnique"("nickname");

CREATE UNIQUE INDEX "NoUsableUnique_email_partial" ON "NoUsableUnique"("email") WHERE NOT "isDeleted";

CREATE UNIQUE INDEX "NoUsableUnique_email_lower" ON "NoUsableUnique"(lower("email"));

CREATE UNIQUE INDEX "Category_parentId_name_key" ON "Category"("parentId", "name");

CREATE UNIQUE INDEX "Employee_number_key" ON "Employee"("number");

CREATE UNIQUE INDEX "_CategoryToDepartment_AB_unique" ON "_CategoryToDepartment"("A", "B");

CREATE INDEX "_CategoryToDepartment_B_index" ON "_CategoryToDepartment"("B");

CREATE UNIQUE INDEX "_Mentoring_AB_unique" ON "_Mentoring"("A", "B");

CREATE INDEX "_Mentoring_B_index" ON "_Mentoring"("B");

-- Trouble: a view: no key, an enum and a reserved word.
CREATE VIEW "ongoing texts" AS
SELECT "id", "text" AS "limit", "progress", "color"
FROM "Texts"
WHERE "progress" = 'in progress';
