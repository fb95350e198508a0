-- An app as Prisma makes it, for stories about writes: relations of every kind, documents, marks
-- for deleted rows, every kind of constraint.

CREATE TYPE "Role" AS ENUM ('READER', 'WRITER', 'ADMIN');

CREATE TABLE "Author" (
    "id" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "name" TEXT,
    "role" "Role" NOT NULL DEFAULT 'READER',
    "score" INTEGER NOT NULL DEFAULT 7,
    "preferences" JSONB,
    "settings" JSON NOT NULL DEFAULT '{}',
    "managerId" TEXT,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMP(3) NOT NULL,
    CONSTRAINT "Author_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "Author_email_key" ON "Author"("email");
ALTER TABLE "Author" ADD CONSTRAINT "Author_managerId_fkey" FOREIGN KEY ("managerId") REFERENCES "Author"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- One for each author at most.
CREATE TABLE "Profile" (
    "id" SERIAL NOT NULL,
    "bio" TEXT NOT NULL,
    "authorId" TEXT NOT NULL,
    CONSTRAINT "Profile_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "Profile_authorId_key" ON "Profile"("authorId");
ALTER TABLE "Profile" ADD CONSTRAINT "Profile_authorId_fkey" FOREIGN KEY ("authorId") REFERENCES "Author"("id") ON DELETE CASCADE ON UPDATE CASCADE;

CREATE TABLE "Post" (
    "id" SERIAL NOT NULL,
    "title" VARCHAR(40) NOT NULL,
    "words" SMALLINT NOT NULL DEFAULT 0,
    "authorId" TEXT,
    "version" INTEGER NOT NULL DEFAULT 0,
    CONSTRAINT "Post_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "Post_words_check" CHECK ("words" >= 0)
);
ALTER TABLE "Post" ADD CONSTRAINT "Post_authorId_fkey" FOREIGN KEY ("authorId") REFERENCES "Author"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- A child that cannot be without its parent.
CREATE TABLE "Comment" (
    "id" SERIAL NOT NULL,
    "text" TEXT NOT NULL,
    "postId" INTEGER NOT NULL,
    "authorId" TEXT,
    CONSTRAINT "Comment_pkey" PRIMARY KEY ("id")
);
ALTER TABLE "Comment" ADD CONSTRAINT "Comment_postId_fkey" FOREIGN KEY ("postId") REFERENCES "Post"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "Comment" ADD CONSTRAINT "Comment_authorId_fkey" FOREIGN KEY ("authorId") REFERENCES "Author"("id") ON DELETE SET NULL ON UPDATE CASCADE;

CREATE TABLE "Tag" (
    "id" SERIAL NOT NULL,
    "name" TEXT NOT NULL,
    CONSTRAINT "Tag_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "Tag_name_key" ON "Tag"("name");

CREATE TABLE "_PostToTag" (
    "A" INTEGER NOT NULL,
    "B" INTEGER NOT NULL,
    CONSTRAINT "_PostToTag_AB_pkey" PRIMARY KEY ("A", "B")
);
CREATE INDEX "_PostToTag_B_index" ON "_PostToTag"("B");
ALTER TABLE "_PostToTag" ADD CONSTRAINT "_PostToTag_A_fkey" FOREIGN KEY ("A") REFERENCES "Post"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "_PostToTag" ADD CONSTRAINT "_PostToTag_B_fkey" FOREIGN KEY ("B") REFERENCES "Tag"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- A key of several columns, one more, and a number to count with.
CREATE TABLE "Seat" (
    "hall" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "ticket" TEXT,
    "taken" INTEGER NOT NULL DEFAULT 0,
    CONSTRAINT "Seat_pkey" PRIMARY KEY ("hall", "number")
);
CREATE UNIQUE INDEX "Seat_hall_ticket_key" ON "Seat"("hall", "ticket");

-- Rows that are marked when they are deleted: with a moment, with a flag.
CREATE TABLE "Note" (
    "id" SERIAL NOT NULL,
    "slug" TEXT NOT NULL,
    "text" TEXT NOT NULL DEFAULT '',
    "folderId" INTEGER,
    "deletedAt" TIMESTAMP(3),
    CONSTRAINT "Note_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "Note_slug_key" ON "Note"("slug");
CREATE TABLE "Folder" (
    "id" SERIAL NOT NULL,
    "name" TEXT NOT NULL,
    "isDeleted" BOOLEAN NOT NULL DEFAULT false,
    CONSTRAINT "Folder_pkey" PRIMARY KEY ("id")
);
ALTER TABLE "Note" ADD CONSTRAINT "Note_folderId_fkey" FOREIGN KEY ("folderId") REFERENCES "Folder"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- Rows that live in partitions.
CREATE TABLE "Reading" (
    "day" INTEGER NOT NULL,
    "sensor" TEXT NOT NULL,
    "value" INTEGER NOT NULL,
    CONSTRAINT "Reading_pkey" PRIMARY KEY ("day", "sensor")
) PARTITION BY RANGE ("day");
CREATE TABLE "Reading_early" PARTITION OF "Reading" FOR VALUES FROM (0) TO (100);
CREATE TABLE "Reading_late" PARTITION OF "Reading" FOR VALUES FROM (100) TO (200);
