-- The statements of requests/operators.http; `UPDATE_GOLDEN=1 cargo test --test it golden` writes them.

---- Comparisons

-- GET /api/v1/posts?words=eq.20
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE "Post"."words" = $1 ORDER BY "Post"."id" ASC LIMIT 21
--   $1 = '20'

-- GET /api/v1/posts?words=neq.20
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE "Post"."words" <> $1 ORDER BY "Post"."id" ASC LIMIT 21
--   $1 = '20'

-- GET /api/v1/posts?words=gt.20
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE "Post"."words" > $1 ORDER BY "Post"."id" ASC LIMIT 21
--   $1 = '20'

-- GET /api/v1/posts?words=gte.20
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE "Post"."words" >= $1 ORDER BY "Post"."id" ASC LIMIT 21
--   $1 = '20'

-- GET /api/v1/posts?words=lt.20
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE "Post"."words" < $1 ORDER BY "Post"."id" ASC LIMIT 21
--   $1 = '20'

-- GET /api/v1/posts?words=lte.20
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE "Post"."words" <= $1 ORDER BY "Post"."id" ASC LIMIT 21
--   $1 = '20'

-- GET /api/v1/posts?words=isdistinct.20
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE "Post"."words" IS DISTINCT FROM $1 ORDER BY "Post"."id" ASC LIMIT 21
--   $1 = '20'

-- GET /api/v1/posts?words=not.eq.20
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE NOT "Post"."words" = $1 ORDER BY "Post"."id" ASC LIMIT 21
--   $1 = '20'

-- GET /api/v1/authors?role=eq.ADMIN
-- → 200
SELECT "Author"."id", "Author"."email", "Author"."name", CAST("Author"."role" AS text), "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "public"."Author" WHERE "Author"."role" = $1 ORDER BY "Author"."id" ASC LIMIT 21
--   $1 = 'ADMIN'

-- GET /api/v1/authors?createdAt=gte.2001-02-04T00:00:00Z
-- → 200
SELECT "Author"."id", "Author"."email", "Author"."name", CAST("Author"."role" AS text), "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "public"."Author" WHERE "Author"."createdAt" >= $1 ORDER BY "Author"."id" ASC LIMIT 21
--   $1 = '2001-02-04T00:00:00.000Z'

-- GET /api/v1/authors?createdAt=eq.2001-02-04T04:05:06Z
-- → 200
SELECT "Author"."id", "Author"."email", "Author"."name", CAST("Author"."role" AS text), "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "public"."Author" WHERE "Author"."createdAt" = $1 ORDER BY "Author"."id" ASC LIMIT 21
--   $1 = '2001-02-04T04:05:06.000Z'

---- Sets and null

-- GET /api/v1/posts?words=in.(20,300)
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE "Post"."words" = ANY($1) ORDER BY "Post"."id" ASC LIMIT 21
--   $1 = '{"20","300"}'

-- GET /api/v1/posts?words=not.in.(20,300)
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE NOT "Post"."words" = ANY($1) ORDER BY "Post"."id" ASC LIMIT 21
--   $1 = '{"20","300"}'

-- GET /api/v1/posts?words=in.()
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE 1 = 0 ORDER BY "Post"."id" ASC LIMIT 21

-- GET /api/v1/authors?name=in.("Ada",Bob,"a,b")
-- → 200
SELECT "Author"."id", "Author"."email", "Author"."name", CAST("Author"."role" AS text), "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "public"."Author" WHERE "Author"."name" = ANY($1) ORDER BY "Author"."id" ASC LIMIT 21
--   $1 = '{"Ada","Bob","a,b"}'

-- GET /api/v1/authors?createdAt=in.(2001-02-04T04:05:06Z,2001-02-05T04:05:06Z)
-- → 200
SELECT "Author"."id", "Author"."email", "Author"."name", CAST("Author"."role" AS text), "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "public"."Author" WHERE "Author"."createdAt" = ANY($1) ORDER BY "Author"."id" ASC LIMIT 21
--   $1 = '{"2001-02-04T04:05:06.000Z","2001-02-05T04:05:06.000Z"}'

-- GET /api/v1/posts?authorId=is.null
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE "Post"."authorId" IS NULL ORDER BY "Post"."id" ASC LIMIT 21

-- GET /api/v1/posts?authorId=is.not_null
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE "Post"."authorId" IS NOT NULL ORDER BY "Post"."id" ASC LIMIT 21

-- GET /api/v1/posts?authorId=not.is.null
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE NOT "Post"."authorId" IS NULL ORDER BY "Post"."id" ASC LIMIT 21

---- Texts

-- GET /api/v1/posts?title=like.T*
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE "Post"."title" LIKE $1 ORDER BY "Post"."id" ASC LIMIT 21
--   $1 = 'T%'

-- GET /api/v1/posts?title=ilike.*o*
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE "Post"."title" ILIKE $1 ORDER BY "Post"."id" ASC LIMIT 21
--   $1 = '%o%'

-- GET /api/v1/posts?title=like.100%25_*
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE "Post"."title" LIKE $1 ORDER BY "Post"."id" ASC LIMIT 21
--   $1 = '100%_%'

-- GET /api/v1/posts?title=not.like.T*
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE NOT "Post"."title" LIKE $1 ORDER BY "Post"."id" ASC LIMIT 21
--   $1 = 'T%'

-- GET /api/v1/posts?title=match.^T
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE "Post"."title" ~ $1 ORDER BY "Post"."id" ASC LIMIT 21
--   $1 = '^T'

-- GET /api/v1/posts?title=imatch.^t
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE "Post"."title" ~* $1 ORDER BY "Post"."id" ASC LIMIT 21
--   $1 = '^t'

-- GET /api/v1/posts?title=fts.two
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE to_tsvector("Post"."title") @@ to_tsquery($1) ORDER BY "Post"."id" ASC LIMIT 21
--   $1 = 'two'

-- GET /api/v1/posts?title=plfts(english).two
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE to_tsvector(CAST(('english') AS regconfig), "Post"."title") @@ plainto_tsquery(CAST(('english') AS regconfig), $1) ORDER BY "Post"."id" ASC LIMIT 21
--   $1 = 'two'

-- GET /api/v1/posts?title=phfts(english).two
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE to_tsvector(CAST(('english') AS regconfig), "Post"."title") @@ phraseto_tsquery(CAST(('english') AS regconfig), $1) ORDER BY "Post"."id" ASC LIMIT 21
--   $1 = 'two'

-- GET /api/v1/posts?title=wfts.two
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE to_tsvector("Post"."title") @@ websearch_to_tsquery($1) ORDER BY "Post"."id" ASC LIMIT 21
--   $1 = 'two'

---- Any and all

-- GET /api/v1/posts?title=like(any).{T*,O*}
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE "Post"."title" LIKE $1 OR "Post"."title" LIKE $2 ORDER BY "Post"."id" ASC LIMIT 21
--   $1 = 'T%'
--   $2 = 'O%'

-- GET /api/v1/posts?title=ilike(all).{*t*,*w*}
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE ("Post"."title" ILIKE $1) AND ("Post"."title" ILIKE $2) ORDER BY "Post"."id" ASC LIMIT 21
--   $1 = '%t%'
--   $2 = '%w%'

-- GET /api/v1/posts?words=eq(any).{20,300}
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE "Post"."words" = ANY($1) ORDER BY "Post"."id" ASC LIMIT 21
--   $1 = '{"20","300"}'

-- GET /api/v1/posts?words=gt(all).{20,30}
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE "Post"."words" > $1 AND "Post"."words" > $2 ORDER BY "Post"."id" ASC LIMIT 21
--   $1 = '20'
--   $2 = '30'

---- JSON

-- GET /api/v1/authors?preferences->>theme=eq.dark
-- → 200
SELECT "Author"."id", "Author"."email", "Author"."name", CAST("Author"."role" AS text), "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "public"."Author" WHERE ("Author"."preferences" ->> ('theme')) = $1 ORDER BY "Author"."id" ASC LIMIT 21
--   $1 = 'dark'

-- GET /api/v1/authors?preferences->sizes->>0=eq.1
-- → 200
SELECT "Author"."id", "Author"."email", "Author"."name", CAST("Author"."role" AS text), "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "public"."Author" WHERE (("Author"."preferences" -> ('sizes')) ->> 0) = $1 ORDER BY "Author"."id" ASC LIMIT 21
--   $1 = '1'

-- GET /api/v1/authors?preferences->sizes=eq.[1,2]
-- → 200
SELECT "Author"."id", "Author"."email", "Author"."name", CAST("Author"."role" AS text), "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "public"."Author" WHERE ("Author"."preferences" -> ('sizes')) = $1 ORDER BY "Author"."id" ASC LIMIT 21
--   $1 = '[1,2]'

-- GET /api/v1/authors?preferences=cs.{"theme":"dark"}
-- → 200
SELECT "Author"."id", "Author"."email", "Author"."name", CAST("Author"."role" AS text), "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "public"."Author" WHERE "Author"."preferences" @> $1 ORDER BY "Author"."id" ASC LIMIT 21
--   $1 = '{"theme":"dark"}'

-- GET /api/v1/authors?preferences->>theme=is.null
-- → 200
SELECT "Author"."id", "Author"."email", "Author"."name", CAST("Author"."role" AS text), "Author"."score", "Author"."preferences", "Author"."settings", "Author"."managerId", "Author"."createdAt", "Author"."updatedAt" FROM "public"."Author" WHERE ("Author"."preferences" ->> ('theme')) IS NULL ORDER BY "Author"."id" ASC LIMIT 21

---- Trees

-- GET /api/v1/posts?or=(words.eq.20,title.like.F*)
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE "Post"."words" = $1 OR "Post"."title" LIKE $2 ORDER BY "Post"."id" ASC LIMIT 21
--   $1 = '20'
--   $2 = 'F%'

-- GET /api/v1/posts?and=(words.gt.10,or(title.eq.One,not.and(words.lt.50,authorId.is.null)))
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE "Post"."words" > $1 AND ("Post"."title" = $2 OR (NOT ("Post"."words" < $3 AND "Post"."authorId" IS NULL))) ORDER BY "Post"."id" ASC LIMIT 21
--   $1 = '10'
--   $2 = 'One'
--   $3 = '50'

-- GET /api/v1/posts?not.or=(words.eq.20,words.eq.300)
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE NOT ("Post"."words" = $1 OR "Post"."words" = $2) ORDER BY "Post"."id" ASC LIMIT 21
--   $1 = '20'
--   $2 = '300'

-- GET /api/v1/posts?words=gt.10&words=lt.200&title=neq.Two
-- → 200
SELECT "Post"."id", "Post"."title", "Post"."words", "Post"."authorId", "Post"."version" FROM "public"."Post" WHERE "Post"."words" > $1 AND "Post"."words" < $2 AND "Post"."title" <> $3 ORDER BY "Post"."id" ASC LIMIT 21
--   $1 = '10'
--   $2 = '200'
--   $3 = 'Two'

---- Several columns of a key

-- GET /api/v1/seats?hall=eq.A&number=gte.2
-- → 200
SELECT "Seat"."hall", "Seat"."number", "Seat"."ticket", "Seat"."taken" FROM "public"."Seat" WHERE "Seat"."hall" = $1 AND "Seat"."number" >= $2 ORDER BY "Seat"."hall" ASC, "Seat"."number" ASC LIMIT 21
--   $1 = 'A'
--   $2 = '2'
