-- Relations: to itself, several between one pair, one to one, composite, many-to-many, named by odd columns.
CREATE TABLE "User" ("id" TEXT NOT NULL PRIMARY KEY, "name" TEXT, "profile" TEXT, "managerId" TEXT REFERENCES "User" ("id") ON DELETE SET NULL, "mentor_id" TEXT REFERENCES "User" ("id"));
CREATE TABLE "Profile" ("id" TEXT NOT NULL PRIMARY KEY, "userId" TEXT NOT NULL REFERENCES "User" ("id") ON DELETE CASCADE);
CREATE UNIQUE INDEX "Profile_userId_key" ON "Profile" ("userId");
CREATE TABLE "Settings" ("user_id" TEXT NOT NULL PRIMARY KEY REFERENCES "User" ("id"));
CREATE TABLE "Page" ("id" TEXT NOT NULL PRIMARY KEY, "authorId" TEXT NOT NULL REFERENCES "User" ("id"), "reviewerId" TEXT REFERENCES "User" ("id"), "parentId" TEXT REFERENCES "Page" ("id"), "tags" TEXT[]);
CREATE TABLE "Tag" ("id" SERIAL NOT NULL PRIMARY KEY, "name" TEXT NOT NULL);
CREATE TABLE "_PageToTag" ("A" TEXT NOT NULL REFERENCES "Page" ("id") ON DELETE CASCADE ON UPDATE CASCADE, "B" INTEGER NOT NULL REFERENCES "Tag" ("id") ON DELETE CASCADE ON UPDATE CASCADE);
CREATE UNIQUE INDEX "_PageToTag_AB_unique" ON "_PageToTag" ("A", "B");
CREATE INDEX "_PageToTag_B_index" ON "_PageToTag" ("B");
CREATE TABLE "_Favourites" ("A" TEXT NOT NULL REFERENCES "Page" ("id"), "B" TEXT NOT NULL REFERENCES "User" ("id"), CONSTRAINT "_Favourites_AB_pkey" PRIMARY KEY ("A", "B"));
CREATE TABLE "_Follows" ("A" TEXT NOT NULL REFERENCES "User" ("id"), "B" TEXT NOT NULL REFERENCES "User" ("id"), CONSTRAINT "_Follows_AB_pkey" PRIMARY KEY ("A", "B"));
CREATE TABLE "_NotAJunction" ("A" TEXT NOT NULL, "B" TEXT NOT NULL, PRIMARY KEY ("A", "B"));
CREATE TABLE "Project" ("org" TEXT NOT NULL, "slug" TEXT NOT NULL, "id" INTEGER NOT NULL, PRIMARY KEY ("org", "slug"), UNIQUE ("slug", "id"));
CREATE TABLE "Task" ("id" SERIAL PRIMARY KEY, "org" TEXT NOT NULL, "project" TEXT NOT NULL, "created_by" TEXT REFERENCES "User" ("id"), "updated_by" TEXT REFERENCES "User" ("id"), FOREIGN KEY ("org", "project") REFERENCES "Project" ("org", "slug") ON UPDATE CASCADE);
CREATE TABLE "Passport" ("id" SERIAL PRIMARY KEY, "holderId" TEXT UNIQUE REFERENCES "User" ("id"), "issuerId" TEXT UNIQUE REFERENCES "User" ("id"));
CREATE TABLE "Swap" ("id" INTEGER PRIMARY KEY, "next_id" INTEGER UNIQUE REFERENCES "Swap" ("id"), "head_of" TEXT REFERENCES "Page" ("id"));
ALTER TABLE "Page" ADD COLUMN "swap_id" INTEGER REFERENCES "Swap" ("id");
