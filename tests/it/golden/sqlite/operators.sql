-- The statements of requests/operators.http; `UPDATE_GOLDEN=1 cargo test --test it golden` writes them.

---- Comparisons

-- GET /api/v1/posts?words=eq.20
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" WHERE "Post"."words" = ? ORDER BY "Post"."id" ASC LIMIT 21
--   $1 = 20

-- GET /api/v1/posts?words=neq.20
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" WHERE "Post"."words" <> ? ORDER BY "Post"."id" ASC LIMIT 21
--   $1 = 20

-- GET /api/v1/posts?words=gt.20
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" WHERE "Post"."words" > ? ORDER BY "Post"."id" ASC LIMIT 21
--   $1 = 20

-- GET /api/v1/posts?words=gte.20
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" WHERE "Post"."words" >= ? ORDER BY "Post"."id" ASC LIMIT 21
--   $1 = 20

-- GET /api/v1/posts?words=lt.20
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" WHERE "Post"."words" < ? ORDER BY "Post"."id" ASC LIMIT 21
--   $1 = 20

-- GET /api/v1/posts?words=lte.20
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" WHERE "Post"."words" <= ? ORDER BY "Post"."id" ASC LIMIT 21
--   $1 = 20

-- GET /api/v1/posts?words=isdistinct.20
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" WHERE "Post"."words" IS DISTINCT FROM ? ORDER BY "Post"."id" ASC LIMIT 21
--   $1 = 20

-- GET /api/v1/posts?words=not.eq.20
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" WHERE NOT "Post"."words" = ? ORDER BY "Post"."id" ASC LIMIT 21
--   $1 = 20

-- GET /api/v1/authors?role=eq.ADMIN
-- → 200
SELECT "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "Author" WHERE "Author"."role" = ? ORDER BY "Author"."id" ASC LIMIT 21
--   $1 = 'ADMIN'

-- GET /api/v1/authors?createdAt=gte.2001-02-04T00:00:00Z
-- → 200
SELECT "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "Author" WHERE (CAST("Author"."createdAt" AS TEXT) COLLATE "refract_moment") >= ? AND ((("Author"."createdAt" >= ? AND "Author"."createdAt" < '') OR "Author"."createdAt" >= ? OR ("Author"."createdAt" >= '' AND "Author"."createdAt" < '/'))) ORDER BY "Author"."id" ASC LIMIT 21
--   $1 = '2001-02-04T00:00:00.000+00:00'
--   $2 = 981244800000
--   $3 = '2001-02-03'

-- GET /api/v1/authors?createdAt=eq.2001-02-04T04:05:06Z
-- → 200
SELECT "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "Author" WHERE (CAST("Author"."createdAt" AS TEXT) COLLATE "refract_moment") = ? AND ((("Author"."createdAt" >= ? AND "Author"."createdAt" <= ?) OR ("Author"."createdAt" >= ? AND "Author"."createdAt" <= ?) OR ("Author"."createdAt" >= '' AND "Author"."createdAt" < '/'))) ORDER BY "Author"."id" ASC LIMIT 21
--   $1 = '2001-02-04T04:05:06.000+00:00'
--   $2 = 981259506000
--   $3 = 981259506001
--   $4 = '2001-02-03'
--   $5 = '2001-02-05~'

---- Sets and null

-- GET /api/v1/posts?words=in.(20,300)
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" WHERE "Post"."words" IN (?, ?) ORDER BY "Post"."id" ASC LIMIT 21
--   $1 = 20
--   $2 = 300

-- GET /api/v1/posts?words=not.in.(20,300)
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" WHERE NOT "Post"."words" IN (?, ?) ORDER BY "Post"."id" ASC LIMIT 21
--   $1 = 20
--   $2 = 300

-- GET /api/v1/posts?words=in.()
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" WHERE 1 = 0 ORDER BY "Post"."id" ASC LIMIT 21

-- GET /api/v1/authors?name=in.("Ada",Bob,"a,b")
-- → 200
SELECT "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "Author" WHERE "Author"."name" IN (?, ?, ?) ORDER BY "Author"."id" ASC LIMIT 21
--   $1 = 'Ada'
--   $2 = 'Bob'
--   $3 = 'a,b'

-- GET /api/v1/authors?createdAt=in.(2001-02-04T04:05:06Z,2001-02-05T04:05:06Z)
-- → 200
SELECT "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "Author" WHERE (CAST("Author"."createdAt" AS TEXT) COLLATE "refract_moment") IN (?, ?) ORDER BY "Author"."id" ASC LIMIT 21
--   $1 = '2001-02-04T04:05:06.000+00:00'
--   $2 = '2001-02-05T04:05:06.000+00:00'

-- GET /api/v1/posts?authorId=is.null
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" WHERE "Post"."authorId" IS NULL ORDER BY "Post"."id" ASC LIMIT 21

-- GET /api/v1/posts?authorId=is.not_null
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" WHERE "Post"."authorId" IS NOT NULL ORDER BY "Post"."id" ASC LIMIT 21

-- GET /api/v1/posts?authorId=not.is.null
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" WHERE NOT "Post"."authorId" IS NULL ORDER BY "Post"."id" ASC LIMIT 21

---- Texts

-- GET /api/v1/posts?title=like.T*
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" WHERE "Post"."title" LIKE ? ESCAPE '\' ORDER BY "Post"."id" ASC LIMIT 21
--   $1 = 'T%'

-- GET /api/v1/posts?title=ilike.*o*
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" WHERE LOWER("Post"."title") LIKE ? ESCAPE '\' ORDER BY "Post"."id" ASC LIMIT 21
--   $1 = '%o%'

-- GET /api/v1/posts?title=like.100%25_*
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" WHERE "Post"."title" LIKE ? ESCAPE '\' ORDER BY "Post"."id" ASC LIMIT 21
--   $1 = '100%_%'

-- GET /api/v1/posts?title=not.like.T*
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" WHERE NOT "Post"."title" LIKE ? ESCAPE '\' ORDER BY "Post"."id" ASC LIMIT 21
--   $1 = 'T%'

-- GET /api/v1/posts?title=match.^T
-- → 501

-- GET /api/v1/posts?title=imatch.^t
-- → 501

-- GET /api/v1/posts?title=fts.two
-- → 501

-- GET /api/v1/posts?title=plfts(english).two
-- → 501

-- GET /api/v1/posts?title=phfts(english).two
-- → 501

-- GET /api/v1/posts?title=wfts.two
-- → 501

---- Any and all

-- GET /api/v1/posts?title=like(any).{T*,O*}
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" WHERE "Post"."title" LIKE ? ESCAPE '\' OR "Post"."title" LIKE ? ESCAPE '\' ORDER BY "Post"."id" ASC LIMIT 21
--   $1 = 'T%'
--   $2 = 'O%'

-- GET /api/v1/posts?title=ilike(all).{*t*,*w*}
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" WHERE LOWER("Post"."title") LIKE ? ESCAPE '\' AND LOWER("Post"."title") LIKE ? ESCAPE '\' ORDER BY "Post"."id" ASC LIMIT 21
--   $1 = '%t%'
--   $2 = '%w%'

-- GET /api/v1/posts?words=eq(any).{20,300}
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" WHERE "Post"."words" IN (?, ?) ORDER BY "Post"."id" ASC LIMIT 21
--   $1 = 20
--   $2 = 300

-- GET /api/v1/posts?words=gt(all).{20,30}
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" WHERE "Post"."words" > ? AND "Post"."words" > ? ORDER BY "Post"."id" ASC LIMIT 21
--   $1 = 20
--   $2 = 30

---- JSON

-- GET /api/v1/authors?preferences->>theme=eq.dark
-- → 200
SELECT "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "Author" WHERE (CASE WHEN (json_valid("Author"."preferences")) THEN (CASE WHEN (json_type("Author"."preferences", '$."theme"') = 'true') THEN 'true' WHEN (json_type("Author"."preferences", '$."theme"') = 'false') THEN 'false' ELSE CAST(("Author"."preferences" ->> ('$."theme"')) AS text) END) END) = ? ORDER BY "Author"."id" ASC LIMIT 21
--   $1 = 'dark'

-- GET /api/v1/authors?preferences->sizes->>0=eq.1
-- → 200
SELECT "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "Author" WHERE (CASE WHEN (json_valid("Author"."preferences")) THEN (CASE WHEN (json_type("Author"."preferences", '$."sizes"[0]') = 'true') THEN 'true' WHEN (json_type("Author"."preferences", '$."sizes"[0]') = 'false') THEN 'false' ELSE CAST(("Author"."preferences" ->> ('$."sizes"[0]')) AS text) END) END) = ? ORDER BY "Author"."id" ASC LIMIT 21
--   $1 = '1'

-- GET /api/v1/authors?preferences->sizes=eq.[1,2]
-- → 200
SELECT "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "Author" WHERE (CASE WHEN (json_valid("Author"."preferences")) THEN "Author"."preferences" -> ('$."sizes"') END) = ? ORDER BY "Author"."id" ASC LIMIT 21
--   $1 = '[1,2]'

-- GET /api/v1/authors?preferences=cs.{"theme":"dark"}
-- → 501

-- GET /api/v1/authors?preferences->>theme=is.null
-- → 200
SELECT "Author"."id", "Author"."email", "Author"."name", "Author"."role", "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "Author" WHERE (CASE WHEN (json_valid("Author"."preferences")) THEN (CASE WHEN (json_type("Author"."preferences", '$."theme"') = 'true') THEN 'true' WHEN (json_type("Author"."preferences", '$."theme"') = 'false') THEN 'false' ELSE CAST(("Author"."preferences" ->> ('$."theme"')) AS text) END) END) IS NULL ORDER BY "Author"."id" ASC LIMIT 21

---- Trees

-- GET /api/v1/posts?or=(words.eq.20,title.like.F*)
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" WHERE "Post"."words" = ? OR "Post"."title" LIKE ? ESCAPE '\' ORDER BY "Post"."id" ASC LIMIT 21
--   $1 = 20
--   $2 = 'F%'

-- GET /api/v1/posts?and=(words.gt.10,or(title.eq.One,not.and(words.lt.50,authorId.is.null)))
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" WHERE "Post"."words" > ? AND ("Post"."title" = ? OR (NOT ("Post"."words" < ? AND "Post"."authorId" IS NULL))) ORDER BY "Post"."id" ASC LIMIT 21
--   $1 = 10
--   $2 = 'One'
--   $3 = 50

-- GET /api/v1/posts?not.or=(words.eq.20,words.eq.300)
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" WHERE NOT ("Post"."words" = ? OR "Post"."words" = ?) ORDER BY "Post"."id" ASC LIMIT 21
--   $1 = 20
--   $2 = 300

-- GET /api/v1/posts?words=gt.10&words=lt.200&title=neq.Two
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "Post" WHERE "Post"."words" > ? AND "Post"."words" < ? AND "Post"."title" <> ? ORDER BY "Post"."id" ASC LIMIT 21
--   $1 = 10
--   $2 = 200
--   $3 = 'Two'

---- Several columns of a key

-- GET /api/v1/seats?hall=eq.A&number=gte.2
-- → 200
SELECT "Seat"."hall", "Seat"."number", "Seat"."ticket", "Seat"."taken" FROM "Seat" WHERE "Seat"."hall" = ? AND "Seat"."number" >= ? ORDER BY "Seat"."hall" ASC, "Seat"."number" ASC LIMIT 21
--   $1 = 'A'
--   $2 = 2
