-- Views: plain, materialized, over aggregates, wide, badly named.
CREATE TABLE "Page" ("id" TEXT NOT NULL PRIMARY KEY, "title" TEXT NOT NULL, "views" INTEGER NOT NULL DEFAULT 0, "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP);
CREATE VIEW "PageStats" AS SELECT "title", count(*) AS "pages", sum("views") AS "views", avg("views") AS "mean" FROM "Page" GROUP BY "title";
CREATE MATERIALIZED VIEW "TopPage" AS SELECT "id", "title" FROM "Page" ORDER BY "views" DESC LIMIT 10;
CREATE UNIQUE INDEX "TopPage_id" ON "TopPage" ("id");
CREATE VIEW "views" AS SELECT "id" FROM "Page";
CREATE VIEW "mod" AS SELECT "id" FROM "Page";
CREATE VIEW "type" AS SELECT "id" FROM "Page";
CREATE VIEW "page" AS SELECT "title" FROM "Page";
CREATE VIEW "only_json" AS SELECT to_jsonb("Page".*) AS "json", 1.5::double precision AS "score" FROM "Page";
CREATE VIEW "wide" AS SELECT 1 AS c1, 2 AS c2, 3 AS c3, 4 AS c4, 5 AS c5, 6 AS c6, 7 AS c7, 8 AS c8, 9 AS c9, 10 AS c10, 11 AS c11, 12 AS c12, 13 AS c13, 'x'::text AS id;
COMMENT ON VIEW "PageStats" IS 'Pages by title.';
