-- Tables and views for the stories about many requests at a time. PostgreSQL only.

CREATE TABLE "Item" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 0,
    CONSTRAINT "Item_pkey" PRIMARY KEY ("id")
);
INSERT INTO "Item" SELECT 'item' || n, 'Item ' || n FROM generate_series(1, 3000) AS n;

-- Keys that arrays quote, escape or take for something else.
INSERT INTO "Item" VALUES
    ('a,b', 'comma'), ('{braces}', 'braces'), ('quo"te', 'quote'), ('back\slash', 'backslash'),
    ('NULL', 'the word'), (' blank ', 'blanks'), ('ünïcødé', 'not ASCII');

CREATE TABLE "Numbered" (
    "id" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    CONSTRAINT "Numbered_pkey" PRIMARY KEY ("id")
);
INSERT INTO "Numbered" SELECT n, 'Number ' || n FROM generate_series(-50, 50) AS n;

CREATE TABLE "Marked" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    CONSTRAINT "Marked_pkey" PRIMARY KEY ("id")
);
INSERT INTO "Marked" SELECT lpad(to_hex(n), 32, '0')::uuid, 'Mark ' || n FROM generate_series(0, 99) AS n;

-- Keys that are equal to the database without being the same bytes.
CREATE COLLATION "caseless" (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE TABLE "Caseless" (
    "id" TEXT COLLATE "caseless" NOT NULL,
    "name" TEXT NOT NULL,
    CONSTRAINT "Caseless_pkey" PRIMARY KEY ("id")
);
INSERT INTO "Caseless" SELECT 'Key' || n, 'Caseless ' || n FROM generate_series(1, 50) AS n;
CREATE TABLE "Padded" (
    "id" CHAR(8) NOT NULL,
    "name" TEXT NOT NULL,
    CONSTRAINT "Padded_pkey" PRIMARY KEY ("id")
);
INSERT INTO "Padded" SELECT 'p' || n, 'Padded ' || n FROM generate_series(1, 50) AS n;

-- Takes five seconds, however little is asked for.
CREATE VIEW "Slow" AS
SELECT 'one' AS "id", slept::text AS "slept" FROM pg_sleep(5) AS slept;

-- Has the session forget its prepared statements but the one that asks for it, as DISCARD ALL would.
CREATE FUNCTION forget() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    found text;
BEGIN
    FOR found IN SELECT name FROM pg_prepared_statements WHERE statement NOT LIKE '%Forgetful%' LOOP
        EXECUTE format('DEALLOCATE %I', found);
    END LOOP;
    RETURN 'forgotten';
END
$$;
CREATE VIEW "Forgetful" AS SELECT forget() AS "what";
