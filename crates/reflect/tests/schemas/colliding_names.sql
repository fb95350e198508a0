-- Names that differ in the database and would be one in Rust, in a path or in OpenAPI.
CREATE TABLE "user" ("id" INTEGER PRIMARY KEY);
CREATE TABLE "User" ("id" INTEGER PRIMARY KEY, "createdAt" TIMESTAMP(3) NOT NULL, "created_at" TIMESTAMP(3), "CreatedAt" DATE, "created at" TIME);
CREATE TABLE "users" ("id" INTEGER PRIMARY KEY, "A" INTEGER, "a" INTEGER, "_a" INTEGER, "a_" INTEGER, "col_2" INTEGER, "col2" INTEGER, "col 2" INTEGER);
CREATE TABLE "Page" ("id" INTEGER PRIMARY KEY);
CREATE TABLE "PageList" ("id" INTEGER PRIMARY KEY);
CREATE TABLE "page_create" ("id" INTEGER PRIMARY KEY);
CREATE TABLE "pages" ("id" INTEGER PRIMARY KEY, "page_id" INTEGER REFERENCES "Page" ("id"), "page" INTEGER, "pageId" INTEGER REFERENCES "Page" ("id"));
CREATE TABLE "Straße mit Größe" ("id" INTEGER PRIMARY KEY, "Länge in m" NUMERIC(10, 2), "größe" INTEGER, "groesse" INTEGER, "名前" TEXT, "+" INTEGER, "-" INTEGER, "1st" INTEGER, "2nd place" INTEGER, "a""b" TEXT, "a.b" TEXT, "back\slash" TEXT);
CREATE TABLE "名前" ("id" INTEGER PRIMARY KEY, "street" INTEGER REFERENCES "Straße mit Größe" ("id"));
CREATE TABLE "2fa" ("id" INTEGER PRIMARY KEY);
CREATE TABLE "quoted ""table""" ("id" INTEGER PRIMARY KEY);
CREATE TABLE "api-key" ("id" INTEGER PRIMARY KEY);
CREATE TABLE "api_key" ("id" INTEGER PRIMARY KEY);
