-- Two reflected schemas with the same table names, a third one that is not reflected.
CREATE SCHEMA "auth";
CREATE SCHEMA "hidden";
CREATE TYPE "auth"."Role" AS ENUM ('USER', 'ADMIN');
CREATE TYPE "public"."Role" AS ENUM ('READER', 'WRITER');
CREATE TYPE "hidden"."Level" AS ENUM ('low', 'high');
CREATE TABLE "hidden"."Secret" ("id" INTEGER PRIMARY KEY);
CREATE TABLE "auth"."User" ("id" UUID NOT NULL PRIMARY KEY, "role" "auth"."Role" NOT NULL DEFAULT 'USER', "level" "hidden"."Level");
CREATE TABLE "public"."User" ("id" TEXT NOT NULL PRIMARY KEY, "authId" UUID NOT NULL UNIQUE REFERENCES "auth"."User" ("id"), "role" "public"."Role" NOT NULL, "secretId" INTEGER REFERENCES "hidden"."Secret" ("id"));
CREATE TABLE "auth"."Session" ("id" UUID NOT NULL PRIMARY KEY, "userId" UUID NOT NULL REFERENCES "auth"."User" ("id"));
CREATE TABLE "public"."AuthUser" ("id" INTEGER PRIMARY KEY);
CREATE VIEW "auth"."active" AS SELECT "id" FROM "auth"."User";
CREATE VIEW "public"."active" AS SELECT "id" FROM "public"."User";
