-- What Prisma Migrate makes of schema.prisma. The defaults of "Defaults" are not its own, to tell who filled a row in.
CREATE EXTENSION IF NOT EXISTS citext;

CREATE TYPE "item_status" AS ENUM ('to-do', 'in progress', 'DONE');

CREATE TABLE "generated_ids" (
    "cuid" TEXT NOT NULL,
    "cuid2" TEXT NOT NULL,
    "uuid" TEXT NOT NULL,
    "uuid7" TEXT NOT NULL,
    "ulid" TEXT NOT NULL,
    "nanoid" TEXT NOT NULL,
    "nanoid5" TEXT NOT NULL,
    "native_uuid" UUID NOT NULL,
    "db_uuid" UUID NOT NULL DEFAULT gen_random_uuid(),
    "serial" SERIAL NOT NULL,
    "big_serial" BIGSERIAL NOT NULL,

    CONSTRAINT "generated_ids_pkey" PRIMARY KEY ("cuid")
);

CREATE TABLE "Everything" (
    "id" SERIAL NOT NULL,
    "string" TEXT NOT NULL,
    "varchar" VARCHAR(20) NOT NULL,
    "char" CHAR(5) NOT NULL,
    "uuid" UUID NOT NULL,
    "xml" XML,
    "inet" INET,
    "citext" CITEXT,
    "bit" BIT(3),
    "varbit" VARBIT,
    "boolean" BOOLEAN NOT NULL,
    "int" INTEGER NOT NULL,
    "smallint" SMALLINT NOT NULL,
    "oid" OID,
    "bigint" BIGINT NOT NULL,
    "float" DOUBLE PRECISION NOT NULL,
    "real" REAL NOT NULL,
    "decimal" DECIMAL(65,30) NOT NULL,
    "price" DECIMAL(10,2) NOT NULL,
    "money" MONEY,
    "json" JSONB NOT NULL,
    "plain" JSON NOT NULL,
    "nullable_json" JSONB,
    "bytes" BYTEA NOT NULL,
    "status" "item_status" NOT NULL,
    "strings" TEXT[],
    "booleans" BOOLEAN[],
    "ints" INTEGER[],
    "bigints" BIGINT[],
    "floats" DOUBLE PRECISION[],
    "decimals" DECIMAL(65,30)[],
    "moments" TIMESTAMP(3)[],
    "dates" DATE[],
    "times" TIME(3)[],
    "jsons" JSONB[],
    "blobs" BYTEA[],
    "statuses" "item_status"[],
    "uuids" UUID[],
    "search" tsvector,
    "hidden" TEXT DEFAULT 'not for the client',

    CONSTRAINT "Everything_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "Moment" (
    "id" SERIAL NOT NULL,
    "stamp" TIMESTAMP(3) NOT NULL,
    "stamp6" TIMESTAMP(6) NOT NULL,
    "stamp0" TIMESTAMP(0) NOT NULL,
    "zoned" TIMESTAMPTZ(3) NOT NULL,
    "zoned6" TIMESTAMPTZ(6) NOT NULL,
    "date" DATE NOT NULL,
    "time" TIME(3) NOT NULL,
    "time6" TIME(6) NOT NULL,
    "zoned_time" TIMETZ(3),
    "created_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "made_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "made_on" DATE NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "made_time" TIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "by_database" TIMESTAMPTZ(6) NOT NULL DEFAULT now(),
    "updated_at" TIMESTAMP(3) NOT NULL,
    "changed_on" DATE NOT NULL,
    "touched_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Moment_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "Defaults" (
    "id" TEXT NOT NULL,
    "string" TEXT NOT NULL DEFAULT 'of the database',
    "int" INTEGER NOT NULL DEFAULT 1,
    "bigint" BIGINT NOT NULL,
    "float" DOUBLE PRECISION NOT NULL,
    "decimal" DECIMAL(65,30) NOT NULL,
    "boolean" BOOLEAN NOT NULL DEFAULT false,
    "json" JSONB NOT NULL,
    "bytes" BYTEA NOT NULL,
    "moment" TIMESTAMP(3) NOT NULL,
    "status" "item_status" NOT NULL DEFAULT 'DONE',
    "strings" TEXT[],
    "statuses" "item_status"[],
    "optional" INTEGER,
    "empty" TEXT[],

    CONSTRAINT "Defaults_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "authors" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "aliases" TEXT[],
    "mentor_id" TEXT,

    CONSTRAINT "authors_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "Profile" (
    "author_id" TEXT NOT NULL,
    "motto" TEXT,

    CONSTRAINT "Profile_pkey" PRIMARY KEY ("author_id")
);

CREATE TABLE "Genre" (
    "id" SERIAL NOT NULL,
    "name" TEXT NOT NULL,

    CONSTRAINT "Genre_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "books" (
    "publisher" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "title" TEXT NOT NULL,
    "author_id" TEXT NOT NULL,
    "reviewer_id" TEXT,

    CONSTRAINT "books_pkey" PRIMARY KEY ("publisher","number")
);

CREATE TABLE "Edition" (
    "day" DATE NOT NULL,
    "publisher" TEXT NOT NULL,
    "number" INTEGER NOT NULL
);

CREATE TABLE "_Following" (
    "A" TEXT NOT NULL,
    "B" TEXT NOT NULL,

    CONSTRAINT "_Following_AB_pkey" PRIMARY KEY ("A","B")
);

CREATE TABLE "_AuthorToGenre" (
    "A" TEXT NOT NULL,
    "B" INTEGER NOT NULL,

    CONSTRAINT "_AuthorToGenre_AB_pkey" PRIMARY KEY ("A","B")
);

CREATE UNIQUE INDEX "Genre_name_key" ON "Genre"("name");
CREATE UNIQUE INDEX "books_title_author_id_key" ON "books"("title", "author_id");
CREATE UNIQUE INDEX "Edition_publisher_number_day_key" ON "Edition"("publisher", "number", "day");
CREATE INDEX "_Following_B_index" ON "_Following"("B");
CREATE INDEX "_AuthorToGenre_B_index" ON "_AuthorToGenre"("B");

ALTER TABLE "authors" ADD CONSTRAINT "authors_mentor_id_fkey" FOREIGN KEY ("mentor_id") REFERENCES "authors"("id") ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE "Profile" ADD CONSTRAINT "Profile_author_id_fkey" FOREIGN KEY ("author_id") REFERENCES "authors"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "books" ADD CONSTRAINT "books_author_id_fkey" FOREIGN KEY ("author_id") REFERENCES "authors"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "books" ADD CONSTRAINT "books_reviewer_id_fkey" FOREIGN KEY ("reviewer_id") REFERENCES "authors"("id") ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE "Edition" ADD CONSTRAINT "Edition_publisher_number_fkey" FOREIGN KEY ("publisher", "number") REFERENCES "books"("publisher", "number") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "_Following" ADD CONSTRAINT "_Following_A_fkey" FOREIGN KEY ("A") REFERENCES "authors"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "_Following" ADD CONSTRAINT "_Following_B_fkey" FOREIGN KEY ("B") REFERENCES "authors"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "_AuthorToGenre" ADD CONSTRAINT "_AuthorToGenre_A_fkey" FOREIGN KEY ("A") REFERENCES "authors"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "_AuthorToGenre" ADD CONSTRAINT "_AuthorToGenre_B_fkey" FOREIGN KEY ("B") REFERENCES "Genre"("id") ON DELETE CASCADE ON UPDATE CASCADE;
