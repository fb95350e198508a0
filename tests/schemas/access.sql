-- An app with organisations, for stories about who may see what. It is the same text on PostgreSQL and
-- on SQLite.

CREATE TABLE "Org" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL UNIQUE
);

CREATE TABLE "User" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "email" TEXT NOT NULL UNIQUE,
    "name" TEXT NOT NULL,
    "passwordHash" TEXT,
    "orgId" TEXT REFERENCES "Org" ("id")
);

CREATE TABLE "Membership" (
    "userId" TEXT NOT NULL REFERENCES "User" ("id"),
    "orgId" TEXT NOT NULL REFERENCES "Org" ("id"),
    "role" TEXT NOT NULL DEFAULT 'MEMBER',
    PRIMARY KEY ("userId", "orgId")
);

CREATE TABLE "Post" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "slug" TEXT UNIQUE,
    "title" TEXT NOT NULL,
    "body" TEXT,
    "published" BOOLEAN NOT NULL DEFAULT false,
    "score" INTEGER NOT NULL DEFAULT 0,
    "meta" JSONB,
    "moderationNote" TEXT,
    "deleted" BOOLEAN NOT NULL DEFAULT false,
    "authorId" TEXT NOT NULL REFERENCES "User" ("id"),
    "reviewerId" TEXT REFERENCES "User" ("id"),
    "parentId" TEXT REFERENCES "Post" ("id")
);
CREATE INDEX "Post_authorId_idx" ON "Post" ("authorId");

CREATE TABLE "Comment" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "text" TEXT NOT NULL,
    "hidden" BOOLEAN NOT NULL DEFAULT false,
    "postId" TEXT NOT NULL REFERENCES "Post" ("id") ON DELETE CASCADE,
    "authorId" TEXT REFERENCES "User" ("id")
);

CREATE TABLE "Tag" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL UNIQUE,
    "secretive" BOOLEAN NOT NULL DEFAULT false
);

CREATE TABLE "_PostToTag" (
    "A" TEXT NOT NULL REFERENCES "Post" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    "B" TEXT NOT NULL REFERENCES "Tag" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    PRIMARY KEY ("A", "B")
);
CREATE INDEX "_PostToTag_B_index" ON "_PostToTag" ("B");

CREATE TABLE "Audit" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "what" TEXT NOT NULL,
    "postId" TEXT REFERENCES "Post" ("id")
);

INSERT INTO "Org" VALUES ('o1', 'Ants'), ('o2', 'Bees');
INSERT INTO "User" VALUES
    ('ann', 'ann@a.example', 'Ann', 'hash-of-ann', 'o1'),
    ('abe', 'abe@a.example', 'Abe', 'hash-of-abe', 'o1'),
    ('bob', 'bob@b.example', 'Bob', 'hash-of-bob', 'o2');
INSERT INTO "Membership" VALUES
    ('ann', 'o1', 'ADMIN'), ('abe', 'o1', 'MEMBER'), ('bob', 'o2', 'ADMIN'), ('ann', 'o2', 'MEMBER');
INSERT INTO "Post" VALUES
    ('p1', 'one', 'Ann, out', 'text 1', true, 3, '{"n": 1}', 'fine', false, 'ann', NULL, NULL),
    ('p2', 'two', 'Ann, draft', 'text 2', false, 5, '{"n": "x"}', 'check', false, 'ann', 'bob', 'p1'),
    ('p3', 'three', 'Bob, out', 'text 3', true, 8, NULL, 'so so', false, 'bob', 'ann', 'p1'),
    ('p4', 'four', 'Bob, draft', 'text 4', false, 13, '{"n": 4}', 'bad', false, 'bob', NULL, 'p2'),
    ('p5', 'five', 'Abe, draft', 'text 5', false, 21, NULL, NULL, false, 'abe', NULL, NULL);
INSERT INTO "Comment" VALUES
    ('c1', 'by bob on p1', false, 'p1', 'bob'),
    ('c2', 'hidden on p1', true, 'p1', 'bob'),
    ('c3', 'by ann on p4', false, 'p4', 'ann'),
    ('c4', 'by ann on p3', false, 'p3', 'ann');
INSERT INTO "Tag" VALUES ('t1', 'open', false), ('t2', 'shut', true), ('t3', 'free', false);
INSERT INTO "_PostToTag" VALUES ('p1', 't1'), ('p1', 't2'), ('p3', 't1'), ('p4', 't1'), ('p4', 't3');
INSERT INTO "Audit" VALUES ('a1', 'made p1', 'p1'), ('a2', 'made p4', 'p4');
