-- Every oddity a PostgreSQL schema can bring, one table per kind of trouble. Its twin is sqlite.sql.

-- Trouble: labels that are no identifiers, and two that become the same one.
CREATE TYPE "progress" AS ENUM ('todo', 'in progress', 'in-progress', '1st', 'self', 'läuft');

CREATE TYPE "Color" AS ENUM ('RED', 'GREEN', 'BLUE');

-- Trouble: a text search configuration that does not come with PostgreSQL.
CREATE TEXT SEARCH CONFIGURATION "plain_words" (COPY = simple);

-- Trouble: domains, of which one is checked, one is an enum and one is an array.
CREATE DOMAIN "percentage" AS INTEGER CHECK (VALUE BETWEEN 0 AND 100);

CREATE DOMAIN "email_address" AS VARCHAR(320) CHECK (VALUE LIKE '%_@_%');

CREATE DOMAIN "warm_color" AS "Color" CHECK (VALUE = 'RED');

CREATE DOMAIN "word_list" AS TEXT[];

CREATE TYPE "address" AS (
    "street" TEXT,
    "city" TEXT
);

-- Trouble: two columns that become one name in Rust, and two times the same moment.
CREATE TABLE "Timestamps" (
    "id" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMP(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "Timestamps_pkey" PRIMARY KEY ("id")
);

-- Trouble: two tables that become one name in Rust and one path in the API.
CREATE TABLE "UserProfile" (
    "id" SERIAL NOT NULL,
    "bio" TEXT,

    CONSTRAINT "UserProfile_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "user_profile" (
    "id" SERIAL NOT NULL,
    "bio" TEXT,

    CONSTRAINT "user_profile_pkey" PRIMARY KEY ("id")
);

-- Trouble: tables named like words of SQL, of Rust, of SeaORM and of the API.
CREATE TABLE "user" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "name" TEXT NOT NULL,

    CONSTRAINT "user_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "order" (
    "id" SERIAL NOT NULL,
    "user" UUID NOT NULL,
    "price" DECIMAL(10,2) NOT NULL,
    "quantity" INTEGER NOT NULL DEFAULT 1,
    "total" DECIMAL(20,2) GENERATED ALWAYS AS ("price" * "quantity") STORED,

    CONSTRAINT "order_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "order_quantity_check" CHECK ("quantity" > 0),
    CONSTRAINT "order_price_check" CHECK ("price" >= 0 AND ("price" < 1000000 OR "quantity" = 1))
);

CREATE TABLE "select" (
    "id" INTEGER NOT NULL,
    "from" TEXT,
    "where" TEXT,

    CONSTRAINT "select_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "type" (
    "id" SERIAL NOT NULL,
    "type" TEXT NOT NULL,

    CONSTRAINT "type_pkey" PRIMARY KEY ("id")
);

-- Trouble: columns named like keywords of Rust, like parameters of the API, and like methods of the entities.
CREATE TABLE "match" (
    "id" SERIAL NOT NULL,
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
    "Self" TEXT,
    "crate" TEXT,
    "super" TEXT,
    "match" TEXT,
    "async" TEXT,
    "type" TEXT,
    "model" TEXT,
    "entity" TEXT,
    "column" TEXT,
    "relation" TEXT,

    CONSTRAINT "match_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "Option" (
    "id" SERIAL NOT NULL,
    "String" TEXT NOT NULL,
    "Vec" TEXT[] NOT NULL,

    CONSTRAINT "Option_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "schema" (
    "id" SERIAL NOT NULL,
    "version" TEXT NOT NULL,

    CONSTRAINT "schema_pkey" PRIMARY KEY ("id")
);

-- Trouble: names that need quoting everywhere.
CREATE TABLE "Größen & Maße" (
    "Schlüssel" TEXT NOT NULL,
    "größe in cm" DOUBLE PRECISION,
    "2fa" BOOLEAN NOT NULL DEFAULT false,
    "a.b" TEXT,
    "a,b" TEXT,
    "say ""hi""" TEXT,
    "it's" TEXT DEFAULT 'it''s',
    "naïve-name" TEXT,
    "名前" TEXT,

    CONSTRAINT "Größen & Maße_pkey" PRIMARY KEY ("Schlüssel")
);

COMMENT ON TABLE "Größen & Maße" IS 'Sizes, "quoted" and in German: ''Größe''.';

COMMENT ON COLUMN "Größen & Maße"."größe in cm" IS 'Height
in centimetres \ */ -- over two lines.';

-- Trouble: every number.
CREATE TABLE "Numbers" (
    "id" BIGSERIAL NOT NULL,
    "int2" SMALLINT NOT NULL,
    "int4" INTEGER NOT NULL,
    "int8" BIGINT NOT NULL,
    "float4" REAL NOT NULL,
    "float8" DOUBLE PRECISION NOT NULL,
    "decimal" DECIMAL(65,30) NOT NULL,
    "numeric" NUMERIC NOT NULL,
    "money_like" DECIMAL(10,2) NOT NULL DEFAULT 0.00,
    "whole" DECIMAL(20,0),
    "bool" BOOLEAN NOT NULL,
    "oid" OID,

    CONSTRAINT "Numbers_pkey" PRIMARY KEY ("id")
);

-- Trouble: every moment.
CREATE TABLE "Moments" (
    "id" SERIAL NOT NULL,
    "timestamp" TIMESTAMP NOT NULL,
    "timestamp_0" TIMESTAMP(0) NOT NULL,
    "timestamp_3" TIMESTAMP(3) NOT NULL,
    "timestamptz" TIMESTAMPTZ NOT NULL,
    "timestamptz_6" TIMESTAMPTZ(6) NOT NULL,
    "date" DATE NOT NULL,
    "time" TIME NOT NULL,
    "time_3" TIME(3) NOT NULL,
    "timetz" TIMETZ(6),
    "interval" INTERVAL,

    CONSTRAINT "Moments_pkey" PRIMARY KEY ("id")
);

-- Trouble: every text, with and without a length.
CREATE TABLE "Texts" (
    "id" CHAR(36) NOT NULL,
    "text" TEXT NOT NULL,
    "varchar" VARCHAR NOT NULL,
    "varchar_5" VARCHAR(5) NOT NULL,
    "char" CHAR(3),
    "internal_char" "char",
    "name" NAME,
    "email" "email_address",
    "progress" "progress" NOT NULL DEFAULT 'in progress',
    "color" "Color",
    "warm" "warm_color",
    "share" "percentage" NOT NULL DEFAULT 50,

    CONSTRAINT "Texts_pkey" PRIMARY KEY ("id")
);

-- Trouble: json against jsonb, bytes, and the JSON null that is not SQL's.
CREATE TABLE "Documents" (
    "id" UUID NOT NULL,
    "json" JSON NOT NULL,
    "jsonb" JSONB NOT NULL DEFAULT '{"a": [1, 2.50, null], "b": "it''s"}',
    "optional" JSONB,
    "jsonb_list" JSONB[],
    "bytes" BYTEA NOT NULL,
    "optional_bytes" BYTEA,

    CONSTRAINT "Documents_pkey" PRIMARY KEY ("id")
);

-- Trouble: arrays of everything. Prisma writes lists without NOT NULL.
CREATE TABLE "Arrays" (
    "id" SERIAL NOT NULL,
    "texts" TEXT[] NOT NULL,
    "varchars" VARCHAR(5)[],
    "ints" INTEGER[] DEFAULT ARRAY[]::INTEGER[],
    "smallints" SMALLINT[],
    "bigints" BIGINT[],
    "floats" DOUBLE PRECISION[],
    "decimals" DECIMAL(65,30)[],
    "numerics" NUMERIC[],
    "bools" BOOLEAN[],
    "uuids" UUID[],
    "dates" DATE[],
    "times" TIME(3)[],
    "timestamps" TIMESTAMP(3)[],
    "timestamptzs" TIMESTAMPTZ(6)[],
    "bytes" BYTEA[],
    "colors" "Color"[] DEFAULT ARRAY['RED', 'BLUE']::"Color"[],
    "progresses" "progress"[],
    "words" "word_list",

    CONSTRAINT "Arrays_pkey" PRIMARY KEY ("id")
);

-- Trouble: types that are served as text.
CREATE TABLE "Exotic" (
    "id" SERIAL NOT NULL,
    "inet" INET,
    "cidr" CIDR,
    "macaddr" MACADDR,
    "interval" INTERVAL,
    "tsvector" TSVECTOR,
    "tsquery" TSQUERY,
    "int4range" INT4RANGE,
    "tstzrange" TSTZRANGE,
    "bit" BIT(3),
    "varbit" VARBIT,
    "money" MONEY,
    "point" POINT,
    "xml" XML,
    "address" "address",
    "inets" INET[],
    "required" INET NOT NULL DEFAULT '127.0.0.1',

    CONSTRAINT "Exotic_pkey" PRIMARY KEY ("id")
);

-- Trouble: no way to name a row.
CREATE TABLE "NoKey" (
    "message" TEXT,
    "loggedAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP
);

-- Trouble: rows are named by a unique index only.
CREATE TABLE "OnlyUnique" (
    "code" VARCHAR(12) NOT NULL,
    "label" TEXT NOT NULL
);

CREATE UNIQUE INDEX "OnlyUnique_code_key" ON "OnlyUnique"("code");

-- Trouble: unique indexes that name no row: over a nullable column, partial, over an expression.
CREATE TABLE "NoUsableUnique" (
    "nickname" TEXT,
    "email" TEXT NOT NULL,
    "isDeleted" BOOLEAN NOT NULL DEFAULT false
);

CREATE UNIQUE INDEX "NoUsableUnique_nickname_key" ON "NoUsableUnique"("nickname");

CREATE UNIQUE INDEX "NoUsableUnique_email_partial" ON "NoUsableUnique"("email") WHERE NOT "isDeleted";

CREATE UNIQUE INDEX "NoUsableUnique_email_lower" ON "NoUsableUnique"(lower("email"));

-- Trouble: a key with a moment in it, down to the microsecond, and not in column order.
CREATE TABLE "Reading" (
    "at" TIMESTAMPTZ(6) NOT NULL,
    "value" DOUBLE PRECISION NOT NULL,
    "sensor" TEXT NOT NULL,

    CONSTRAINT "Reading_pkey" PRIMARY KEY ("sensor","at")
);

-- Trouble: a key of texts that may hold commas, slashes and per cent signs.
CREATE TABLE "Translation" (
    "path" TEXT NOT NULL,
    "locale" VARCHAR(10) NOT NULL,
    "text" TEXT NOT NULL,

    CONSTRAINT "Translation_pkey" PRIMARY KEY ("path","locale")
);

-- Trouble: a foreign key of two columns, which are also part of a key of three.
CREATE TABLE "TranslationVote" (
    "path" TEXT NOT NULL,
    "locale" VARCHAR(10) NOT NULL,
    "voter" INTEGER NOT NULL,
    "up" BOOLEAN NOT NULL,

    CONSTRAINT "TranslationVote_pkey" PRIMARY KEY ("path","locale","voter")
);

-- Trouble: keys of other types.
CREATE TABLE "BigKey" (
    "id" BIGINT NOT NULL,
    "note" TEXT,

    CONSTRAINT "BigKey_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "DecimalKey" (
    "id" DECIMAL(65,30) NOT NULL,
    "note" TEXT,

    CONSTRAINT "DecimalKey_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "JsonKey" (
    "id" JSONB NOT NULL,
    "note" TEXT,

    CONSTRAINT "JsonKey_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "EnumKey" (
    "progress" "progress" NOT NULL,
    "active" BOOLEAN NOT NULL,
    "day" DATE NOT NULL,
    "note" TEXT,

    CONSTRAINT "EnumKey_pkey" PRIMARY KEY ("progress","active","day")
);

CREATE TABLE "BytesKey" (
    "hash" BYTEA NOT NULL,
    "note" TEXT,

    CONSTRAINT "BytesKey_pkey" PRIMARY KEY ("hash")
);

-- Trouble: nothing but the key; an update has nothing to set.
CREATE TABLE "KeyOnly" (
    "id" INTEGER NOT NULL,

    CONSTRAINT "KeyOnly_pkey" PRIMARY KEY ("id")
);

-- Trouble: identity columns, of which one refuses values, and a sequence of its own.
CREATE SEQUENCE "ticket_seq" START 1000;

CREATE TABLE "IdentityAlways" (
    "id" INTEGER GENERATED ALWAYS AS IDENTITY,
    "note" TEXT,

    CONSTRAINT "IdentityAlways_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "IdentityByDefault" (
    "id" BIGINT GENERATED BY DEFAULT AS IDENTITY,
    "ticket" INTEGER NOT NULL DEFAULT nextval('ticket_seq'),
    "small" SMALLSERIAL NOT NULL,
    "code" TEXT NOT NULL DEFAULT upper(substr(md5(random()::text), 1, 8)),
    "slug" TEXT GENERATED ALWAYS AS (lower("note")) STORED,
    "note" TEXT,

    CONSTRAINT "IdentityByDefault_pkey" PRIMARY KEY ("id")
);

-- Trouble: nothing has a default, everything is required.
CREATE TABLE "AllRequired" (
    "id" TEXT NOT NULL,
    "name" VARCHAR(20) NOT NULL,
    "age" INTEGER NOT NULL,
    "color" "Color" NOT NULL,
    "born" DATE NOT NULL,
    "score" DECIMAL(65,30) NOT NULL,
    "settings" JSONB NOT NULL,
    "isActive" BOOLEAN NOT NULL,

    CONSTRAINT "AllRequired_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "AllRequired_age_check" CHECK ("age" BETWEEN 0 AND 150),
    CONSTRAINT "AllRequired_name_check" CHECK (char_length("name") >= 2)
);

-- Trouble: a tree, its order in a unique key of two columns.
CREATE TABLE "Category" (
    "id" SERIAL NOT NULL,
    "parentId" INTEGER,
    "name" TEXT NOT NULL,

    CONSTRAINT "Category_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "Category_parentId_name_key" ON "Category"("parentId", "name");

-- Trouble: two tables that refer to each other, and two relations between them.
CREATE TABLE "Department" (
    "id" SERIAL NOT NULL,
    "name" TEXT NOT NULL,
    "head_id" INTEGER,

    CONSTRAINT "Department_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "Employee" (
    "id" SERIAL NOT NULL,
    "number" TEXT NOT NULL,
    "department_id" INTEGER NOT NULL,
    "previous_department_id" INTEGER,
    "manager_id" INTEGER,

    CONSTRAINT "Employee_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "Employee_number_key" ON "Employee"("number");

-- Trouble: one to one, by a key that is the foreign key as well; and a relation to a unique column that is no key.
CREATE TABLE "EmployeeCard" (
    "employee_id" INTEGER NOT NULL,
    "replaces_number" TEXT,
    "printed" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "EmployeeCard_pkey" PRIMARY KEY ("employee_id")
);

-- Trouble: implicit many-to-many tables, as Prisma 6 and later write them, as Prisma 5 did, and of a table with itself.
CREATE TABLE "_CategoryToDepartment" (
    "A" INTEGER NOT NULL,
    "B" INTEGER NOT NULL,

    CONSTRAINT "_CategoryToDepartment_AB_pkey" PRIMARY KEY ("A","B")
);

CREATE TABLE "_Skills" (
    "A" INTEGER NOT NULL,
    "B" INTEGER NOT NULL
);

CREATE TABLE "_Mentoring" (
    "A" INTEGER NOT NULL,
    "B" INTEGER NOT NULL,

    CONSTRAINT "_Mentoring_AB_pkey" PRIMARY KEY ("A","B")
);

CREATE INDEX "_CategoryToDepartment_B_index" ON "_CategoryToDepartment"("B");

CREATE UNIQUE INDEX "_Skills_AB_unique" ON "_Skills"("A", "B");

CREATE INDEX "_Skills_B_index" ON "_Skills"("B");

CREATE INDEX "_Mentoring_B_index" ON "_Mentoring"("B");

-- Trouble: a table whose rows live in its partitions, which are no resources of their own.
CREATE TABLE "Event" (
    "id" BIGINT GENERATED BY DEFAULT AS IDENTITY,
    "occurredAt" TIMESTAMP(3) NOT NULL,
    "payload" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "Event_pkey" PRIMARY KEY ("id","occurredAt")
) PARTITION BY RANGE ("occurredAt");

CREATE TABLE "Event_2024" PARTITION OF "Event" FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');

CREATE TABLE "Event_later" PARTITION OF "Event" DEFAULT;

-- Trouble: a table that Prisma Migrate keeps for itself.
CREATE TABLE "_prisma_migrations" (
    "id" VARCHAR(36) NOT NULL,
    "checksum" VARCHAR(64) NOT NULL,
    "finished_at" TIMESTAMPTZ,
    "migration_name" VARCHAR(255) NOT NULL,
    "logs" TEXT,
    "rolled_back_at" TIMESTAMPTZ,
    "started_at" TIMESTAMPTZ NOT NULL DEFAULT now(),
    "applied_steps_count" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "_prisma_migrations_pkey" PRIMARY KEY ("id")
);

ALTER TABLE "order" ADD CONSTRAINT "order_user_fkey" FOREIGN KEY ("user") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "TranslationVote" ADD CONSTRAINT "TranslationVote_path_locale_fkey" FOREIGN KEY ("path", "locale") REFERENCES "Translation"("path", "locale") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "Category" ADD CONSTRAINT "Category_parentId_fkey" FOREIGN KEY ("parentId") REFERENCES "Category"("id") ON DELETE SET NULL ON UPDATE CASCADE;

ALTER TABLE "Department" ADD CONSTRAINT "Department_head_id_fkey" FOREIGN KEY ("head_id") REFERENCES "Employee"("id") ON DELETE SET NULL ON UPDATE CASCADE;

ALTER TABLE "Employee" ADD CONSTRAINT "Employee_department_id_fkey" FOREIGN KEY ("department_id") REFERENCES "Department"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "Employee" ADD CONSTRAINT "Employee_previous_department_id_fkey" FOREIGN KEY ("previous_department_id") REFERENCES "Department"("id") ON DELETE SET NULL ON UPDATE CASCADE;

ALTER TABLE "Employee" ADD CONSTRAINT "Employee_manager_id_fkey" FOREIGN KEY ("manager_id") REFERENCES "Employee"("id") ON DELETE SET NULL ON UPDATE CASCADE;

ALTER TABLE "EmployeeCard" ADD CONSTRAINT "EmployeeCard_employee_id_fkey" FOREIGN KEY ("employee_id") REFERENCES "Employee"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "EmployeeCard" ADD CONSTRAINT "EmployeeCard_replaces_number_fkey" FOREIGN KEY ("replaces_number") REFERENCES "Employee"("number") ON DELETE NO ACTION ON UPDATE NO ACTION;

ALTER TABLE "_CategoryToDepartment" ADD CONSTRAINT "_CategoryToDepartment_A_fkey" FOREIGN KEY ("A") REFERENCES "Category"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "_CategoryToDepartment" ADD CONSTRAINT "_CategoryToDepartment_B_fkey" FOREIGN KEY ("B") REFERENCES "Department"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "_Skills" ADD CONSTRAINT "_Skills_A_fkey" FOREIGN KEY ("A") REFERENCES "Category"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "_Skills" ADD CONSTRAINT "_Skills_B_fkey" FOREIGN KEY ("B") REFERENCES "Employee"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "_Mentoring" ADD CONSTRAINT "_Mentoring_A_fkey" FOREIGN KEY ("A") REFERENCES "Employee"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "_Mentoring" ADD CONSTRAINT "_Mentoring_B_fkey" FOREIGN KEY ("B") REFERENCES "Employee"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Trouble: views: no key, every column nullable, an enum and a reserved word in one, sums in the other.
CREATE VIEW "ongoing texts" AS
SELECT "id", "varchar_5" AS "limit", "progress", "color"
FROM "Texts"
WHERE "progress" = 'in progress';

CREATE MATERIALIZED VIEW "order_totals" AS
SELECT "user" AS "user_id", count(*) AS "orders", sum("total") AS "total"
FROM "order"
GROUP BY "user";
