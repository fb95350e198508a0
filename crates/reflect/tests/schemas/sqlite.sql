-- SQLite as Prisma writes it, and as others do.
CREATE TABLE "_prisma_migrations" ("id" TEXT PRIMARY KEY NOT NULL);
CREATE TABLE "User" ("id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, "email" TEXT NOT NULL, "createdAt" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP, "updatedAt" DATETIME NOT NULL, "balance" DECIMAL NOT NULL, "visits" BIGINT NOT NULL DEFAULT 0, "ratio" REAL, "active" BOOLEAN NOT NULL DEFAULT true, "meta" JSONB, "avatar" BLOB, "managerId" INTEGER, CONSTRAINT "User_managerId_fkey" FOREIGN KEY ("managerId") REFERENCES "User" ("id") ON DELETE SET NULL ON UPDATE CASCADE);
CREATE UNIQUE INDEX "User_email_key" ON "User" ("email");
CREATE UNIQUE INDEX "User_active_email" ON "User" ("email") WHERE "active";
CREATE UNIQUE INDEX "User_lower_email" ON "User" (lower("email"));
CREATE TABLE "Page" ("id" TEXT NOT NULL PRIMARY KEY, "authorId" INTEGER NOT NULL, "title" VARCHAR(200) NOT NULL, "price" NUMERIC(10, 2), "day" DATE, "at" TIME, "uid" UUID, "odd" MYTYPE, CONSTRAINT "Page_authorId_fkey" FOREIGN KEY ("authorId") REFERENCES "User" ("id") ON DELETE RESTRICT ON UPDATE CASCADE);
CREATE TABLE "Tag" ("id" INTEGER PRIMARY KEY, "name" TEXT UNIQUE, "slug" TEXT GENERATED ALWAYS AS (lower("name")) VIRTUAL);
CREATE TABLE "_PageToTag" ("A" TEXT NOT NULL, "B" INTEGER NOT NULL, FOREIGN KEY ("A") REFERENCES "Page" ("id") ON DELETE CASCADE, FOREIGN KEY ("B") REFERENCES "Tag" ON DELETE CASCADE);
CREATE UNIQUE INDEX "_PageToTag_AB_unique" ON "_PageToTag" ("A", "B");
CREATE TABLE "Membership" ("user" INTEGER, "page" TEXT, "role" TEXT, PRIMARY KEY ("user", "page")) WITHOUT ROWID;
CREATE TABLE "NoKey" ("message" TEXT, "level" INT);
CREATE VIEW "PageTitles" AS SELECT "id", "title", length("title") AS "length" FROM "Page";
