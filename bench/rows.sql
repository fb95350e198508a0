-- 100 000 users and as many posts, and 10 000 tags of a post each, the same ones every time. Without
-- tags, foreign keys to them would be looked up by plans for an empty table: by reading it all.
-- The ids have a cuid's length and order; their last digits are the row's number, so that whoever
-- asks for a random row need not know the ids. The first 20 000 users have five posts each.

INSERT INTO "User" ("id", "email", "name", "preferences", "createdAt", "updatedAt")
SELECT
    'clzx4k2m0' || lpad(n::text, 16, '0'),
    'user' || n || '@example.com',
    CASE WHEN n % 10 > 0 THEN 'Ada Example ' || n END,
    jsonb_build_object('theme', CASE WHEN n % 3 = 0 THEN 'dark' ELSE 'light' END, 'language', 'en', 'emails', n % 2 = 0),
    timestamp '2024-01-01' + n * interval '61.003 seconds',
    timestamp '2024-06-01' + n * interval '67.007 seconds'
FROM generate_series(0, 99999) AS n;

INSERT INTO "Post" ("id", "authorId", "title", "body", "status", "views", "rating", "publishedAt", "createdAt", "updatedAt")
SELECT
    'clzx4k2p0' || lpad(n::text, 16, '0'),
    'clzx4k2m0' || lpad((n * 7919 % 20000)::text, 16, '0'),
    'What "' || n || '" taught us',
    left(repeat('Nothing here is true of ' || n || ', but it is about as long as an abstract. ', 4), 200),
    (CASE WHEN n % 10 < 7 THEN 'PUBLISHED' WHEN n % 10 < 9 THEN 'DRAFT' ELSE 'ARCHIVED' END)::"PostStatus",
    n * 31 % 10000,
    CASE WHEN n % 5 > 0 THEN (n % 17 + 3) * 0.25 END,
    CASE WHEN n % 10 < 7 THEN timestamp '2024-02-01' + n * interval '59.009 seconds' END,
    timestamp '2024-01-01' + n * interval '61.003 seconds',
    timestamp '2024-06-01' + n * interval '67.007 seconds'
FROM generate_series(0, 99999) AS n;

INSERT INTO "Tag" ("id", "name")
SELECT 'clzx4k2t0' || lpad(n::text, 16, '0'), 'tag ' || n FROM generate_series(0, 9999) AS n;

INSERT INTO "_PostToTag" ("A", "B")
SELECT 'clzx4k2p0' || lpad((n * 7919 % 100000)::text, 16, '0'), 'clzx4k2t0' || lpad(n::text, 16, '0')
FROM generate_series(0, 9999) AS n;
