-- The statements of requests/embeds.http; `UPDATE_GOLDEN=1 cargo test --test it golden` writes them.

---- To one

-- GET /api/v1/posts?select=id,author(name)
-- → 200
WITH "set 0" ("slot 0", "slot 1") AS  MATERIALIZED (SELECT "Post"."id", "Post"."authorId" FROM "public"."Post" AS "Post" WHERE TRUE ORDER BY "Post"."id" ASC LIMIT 21) , "set 1" ("slot 1", "slot 2") AS (SELECT "Author_1"."name", "Author_1"."id" FROM "public"."Author" AS "Author_1" WHERE TRUE AND "Author_1"."id" = ANY(ARRAY((SELECT "slot 1" FROM "set 0")))) SELECT 0, "slot 0", "slot 1", NULL::text FROM "set 0" UNION ALL (SELECT 1, NULL::integer, "slot 1", "slot 2" FROM "set 1")

-- GET /api/v1/posts?select=id,writer:author(*)
-- → 200
WITH "set 0" ("slot 0", "slot 1") AS  MATERIALIZED (SELECT "Post"."id", "Post"."authorId" FROM "public"."Post" AS "Post" WHERE TRUE ORDER BY "Post"."id" ASC LIMIT 21) , "set 1" ("slot 1", "slot 2", "slot 3", "slot 4", "slot 0", "slot 5", "slot 6", "slot 7", "slot 8", "slot 9") AS (SELECT "Author_1"."id", "Author_1"."email", "Author_1"."name", CAST("Author_1"."role" AS text), "Author_1"."score", "Author_1"."preferences", "Author_1"."settings", "Author_1"."managerId", "Author_1"."createdAt", "Author_1"."updatedAt" FROM "public"."Author" AS "Author_1" WHERE TRUE AND "Author_1"."id" = ANY(ARRAY((SELECT "slot 1" FROM "set 0")))) SELECT 0, "slot 0", "slot 1", NULL::text, NULL::text, NULL::text, NULL::jsonb, NULL::json, NULL::text, NULL::timestamp(3) without time zone, NULL::timestamp(3) without time zone FROM "set 0" UNION ALL (SELECT 1, "slot 0", "slot 1", "slot 2", "slot 3", "slot 4", "slot 5", "slot 6", "slot 7", "slot 8", "slot 9" FROM "set 1")

-- GET /api/v1/posts?select=title,author(email,profile(bio),manager(email))
-- → 200
WITH "set 0" ("slot 0", "slot 1", "slot 4") AS  MATERIALIZED (SELECT "Post"."title", "Post"."authorId", "Post"."id" FROM "public"."Post" AS "Post" WHERE TRUE ORDER BY "Post"."id" ASC LIMIT 21) , "set 1" ("slot 1", "slot 2", "slot 3") AS  MATERIALIZED (SELECT "Author_1"."email", "Author_1"."id", "Author_1"."managerId" FROM "public"."Author" AS "Author_1" WHERE TRUE AND "Author_1"."id" = ANY(ARRAY((SELECT "slot 1" FROM "set 0")))) , "set 2" ("slot 1", "slot 2") AS (SELECT "Profile_2"."bio", "Profile_2"."authorId" FROM "public"."Profile" AS "Profile_2" WHERE TRUE AND "Profile_2"."authorId" = ANY(ARRAY((SELECT "slot 2" FROM "set 1")))) , "set 3" ("slot 1", "slot 2") AS (SELECT "Author_2"."email", "Author_2"."id" FROM "public"."Author" AS "Author_2" WHERE TRUE AND "Author_2"."id" = ANY(ARRAY((SELECT "slot 3" FROM "set 1")))) SELECT 0, "slot 0", "slot 1", NULL::text, NULL::text, "slot 4" FROM "set 0" UNION ALL (SELECT 1, NULL::character varying(40), "slot 1", "slot 2", "slot 3", NULL::integer FROM "set 1") UNION ALL (SELECT 2, NULL::character varying(40), "slot 1", "slot 2", NULL::text, NULL::integer FROM "set 2") UNION ALL (SELECT 3, NULL::character varying(40), "slot 1", "slot 2", NULL::text, NULL::integer FROM "set 3")

-- GET /api/v1/authors?select=email,profile(bio)
-- → 200
WITH "set 0" ("slot 0", "slot 1") AS  MATERIALIZED (SELECT "Author"."email", "Author"."id" FROM "public"."Author" AS "Author" WHERE TRUE ORDER BY "Author"."id" ASC LIMIT 21) , "set 1" ("slot 0", "slot 1") AS (SELECT "Profile_1"."bio", "Profile_1"."authorId" FROM "public"."Profile" AS "Profile_1" WHERE TRUE AND "Profile_1"."authorId" = ANY(ARRAY((SELECT "slot 1" FROM "set 0")))) SELECT 0, "slot 0", "slot 1" FROM "set 0" UNION ALL (SELECT 1, "slot 0", "slot 1" FROM "set 1")

-- GET /api/v1/posts/1?select=id,author(name)
-- → 200
SELECT "Post"."id", (SELECT ROW("Author_1"."name") FROM "public"."Author" AS "Author_1" WHERE "Author_1"."id" = "Post"."authorId" AND TRUE) FROM "public"."Post" AS "Post" WHERE "Post"."id" = $1
--   $1 = '1'

---- To many

-- GET /api/v1/authors?select=email,posts(title)
-- → 200
WITH "set 0" ("slot 0", "slot 1") AS  MATERIALIZED (SELECT "Author"."email", "Author"."id" FROM "public"."Author" AS "Author" WHERE TRUE ORDER BY "Author"."id" ASC LIMIT 21) , "set 1" ("slot 2", "slot 0") AS (SELECT "Post_1"."title", "Post_1"."authorId" FROM "public"."Post" AS "Post_1" WHERE TRUE AND "Post_1"."authorId" = ANY(ARRAY((SELECT "slot 1" FROM "set 0"))) ORDER BY "Post_1"."id" ASC LIMIT 21001) SELECT 0, "slot 0", "slot 1", NULL::character varying(40) FROM "set 0" UNION ALL (SELECT 1, "slot 0", NULL::text, "slot 2" FROM "set 1")

-- GET /api/v1/authors?select=email,posts(title,comments(text,author(name)))
-- → 200
WITH "set 0" ("slot 0", "slot 1") AS  MATERIALIZED (SELECT "Author"."email", "Author"."id" FROM "public"."Author" AS "Author" WHERE TRUE ORDER BY "Author"."id" ASC LIMIT 21) , "set 1" ("slot 2", "slot 3", "slot 0") AS  MATERIALIZED (SELECT "Post_1"."title", "Post_1"."id", "Post_1"."authorId" FROM "public"."Post" AS "Post_1" WHERE TRUE AND "Post_1"."authorId" = ANY(ARRAY((SELECT "slot 1" FROM "set 0"))) ORDER BY "Post_1"."id" ASC LIMIT 21001) , "set 2" ("slot 0", "slot 1", "slot 3") AS  MATERIALIZED (SELECT "Comment_2"."text", "Comment_2"."authorId", "Comment_2"."postId" FROM "public"."Comment" AS "Comment_2" WHERE TRUE AND "Comment_2"."postId" = ANY(ARRAY((SELECT "slot 3" FROM "set 1"))) ORDER BY "Comment_2"."id" ASC LIMIT 21000001) , "set 3" ("slot 0", "slot 1") AS (SELECT "Author_3"."name", "Author_3"."id" FROM "public"."Author" AS "Author_3" WHERE TRUE AND "Author_3"."id" = ANY(ARRAY((SELECT "slot 1" FROM "set 2")))) SELECT 0, "slot 0", "slot 1", NULL::character varying(40), NULL::integer FROM "set 0" UNION ALL (SELECT 1, "slot 0", NULL::text, "slot 2", "slot 3" FROM "set 1") UNION ALL (SELECT 2, "slot 0", "slot 1", NULL::character varying(40), "slot 3" FROM "set 2") UNION ALL (SELECT 3, "slot 0", "slot 1", NULL::character varying(40), NULL::integer FROM "set 3")

-- GET /api/v1/authors/ada?select=email,posts(id)
-- → 200
SELECT "Author"."email", ARRAY((SELECT ROW("Post_1"."id") FROM "public"."Post" AS "Post_1" WHERE "Post_1"."authorId" = "Author"."id" AND TRUE ORDER BY "Post_1"."id" ASC LIMIT 1001)) FROM "public"."Author" AS "Author" WHERE "Author"."id" = $1
--   $1 = 'ada'

---- Many to many

-- GET /api/v1/posts?select=id,tags(name)
-- → 200
SELECT "Post"."id", ARRAY((SELECT ROW("Tag_1"."name") FROM "public"."Tag" AS "Tag_1" INNER JOIN "public"."_PostToTag" AS "_PostToTag" ON "_PostToTag"."B" = "Tag_1"."id" WHERE "_PostToTag"."A" = "Post"."id" AND TRUE ORDER BY "Tag_1"."id" ASC LIMIT 1001)), "Post"."id" FROM (SELECT "Post".* FROM "public"."Post" AS "Post" WHERE TRUE ORDER BY "Post"."id" ASC LIMIT 21) AS "Post" ORDER BY "Post"."id" ASC

-- GET /api/v1/tags?select=name,posts(title,author(email))
-- → 200
SELECT "Tag"."name", ARRAY((SELECT ROW("Post_1"."title", (SELECT ROW("Author_2"."email") FROM "public"."Author" AS "Author_2" WHERE "Author_2"."id" = "Post_1"."authorId" AND TRUE)) FROM (SELECT "Post_1".* FROM "public"."Post" AS "Post_1" INNER JOIN "public"."_PostToTag" AS "_PostToTag" ON "_PostToTag"."A" = "Post_1"."id" WHERE "_PostToTag"."B" = "Tag"."id" AND TRUE ORDER BY "Post_1"."id" ASC LIMIT 1001) AS "Post_1" ORDER BY "Post_1"."id" ASC)), "Tag"."id" FROM (SELECT "Tag".* FROM "public"."Tag" AS "Tag" WHERE TRUE ORDER BY "Tag"."id" ASC LIMIT 21) AS "Tag" ORDER BY "Tag"."id" ASC

---- Ordered, limited and filtered

-- GET /api/v1/authors?select=email,posts(title)&posts.order=words.desc&posts.limit=1
-- → 200
SELECT "Author"."email", ARRAY((SELECT ROW("Post_1"."title") FROM "public"."Post" AS "Post_1" WHERE "Post_1"."authorId" = "Author"."id" AND TRUE ORDER BY "Post_1"."words" DESC, "Post_1"."id" ASC LIMIT 1)), "Author"."id" FROM (SELECT "Author".* FROM "public"."Author" AS "Author" WHERE TRUE ORDER BY "Author"."id" ASC LIMIT 21) AS "Author" ORDER BY "Author"."id" ASC

-- GET /api/v1/authors?select=email,posts(title)&posts.limit=1&posts.offset=1
-- → 200
SELECT "Author"."email", ARRAY((SELECT ROW("Post_1"."title") FROM "public"."Post" AS "Post_1" WHERE "Post_1"."authorId" = "Author"."id" AND TRUE ORDER BY "Post_1"."id" ASC LIMIT 1 OFFSET $1)), "Author"."id" FROM (SELECT "Author".* FROM "public"."Author" AS "Author" WHERE TRUE ORDER BY "Author"."id" ASC LIMIT 21) AS "Author" ORDER BY "Author"."id" ASC
--   $1 = '1'

-- GET /api/v1/authors?select=email,posts(title)&posts.words=gte.20
-- → 200
WITH "set 0" ("slot 0", "slot 1") AS  MATERIALIZED (SELECT "Author"."email", "Author"."id" FROM "public"."Author" AS "Author" WHERE TRUE ORDER BY "Author"."id" ASC LIMIT 21) , "set 1" ("slot 2", "slot 0") AS (SELECT "Post_1"."title", "Post_1"."authorId" FROM "public"."Post" AS "Post_1" WHERE "Post_1"."words" >= $1 AND "Post_1"."authorId" = ANY(ARRAY((SELECT "slot 1" FROM "set 0"))) ORDER BY "Post_1"."id" ASC LIMIT 21001) SELECT 0, "slot 0", "slot 1", NULL::character varying(40) FROM "set 0" UNION ALL (SELECT 1, "slot 0", NULL::text, "slot 2" FROM "set 1")
--   $1 = '20'

-- GET /api/v1/authors?select=email,posts(title,comments(text))&posts.comments.text=like.F*&posts.comments.limit=1
-- → 200
SELECT "Author"."email", ARRAY((SELECT ROW("Post_1"."title", ARRAY((SELECT ROW("Comment_2"."text") FROM "public"."Comment" AS "Comment_2" WHERE "Comment_2"."postId" = "Post_1"."id" AND "Comment_2"."text" LIKE $1 ORDER BY "Comment_2"."id" ASC LIMIT 1))) FROM (SELECT "Post_1".* FROM "public"."Post" AS "Post_1" WHERE "Post_1"."authorId" = "Author"."id" AND TRUE ORDER BY "Post_1"."id" ASC LIMIT 1001) AS "Post_1" ORDER BY "Post_1"."id" ASC)), "Author"."id" FROM (SELECT "Author".* FROM "public"."Author" AS "Author" WHERE TRUE ORDER BY "Author"."id" ASC LIMIT 21) AS "Author" ORDER BY "Author"."id" ASC
--   $1 = 'F%'

-- GET /api/v1/posts?select=id,tags(name)&tags.order=name.desc&tags.limit=1
-- → 200
SELECT "Post"."id", ARRAY((SELECT ROW("Tag_1"."name") FROM "public"."Tag" AS "Tag_1" INNER JOIN "public"."_PostToTag" AS "_PostToTag" ON "_PostToTag"."B" = "Tag_1"."id" WHERE "_PostToTag"."A" = "Post"."id" AND TRUE ORDER BY "Tag_1"."name" DESC, "Tag_1"."id" ASC LIMIT 1)), "Post"."id" FROM (SELECT "Post".* FROM "public"."Post" AS "Post" WHERE TRUE ORDER BY "Post"."id" ASC LIMIT 21) AS "Post" ORDER BY "Post"."id" ASC

-- GET /api/v1/posts?select=id,tags(name)&tags.name=in.(red,blue)
-- → 200
SELECT "Post"."id", ARRAY((SELECT ROW("Tag_1"."name") FROM "public"."Tag" AS "Tag_1" INNER JOIN "public"."_PostToTag" AS "_PostToTag" ON "_PostToTag"."B" = "Tag_1"."id" WHERE "_PostToTag"."A" = "Post"."id" AND "Tag_1"."name" = ANY($1) ORDER BY "Tag_1"."id" ASC LIMIT 1001)), "Post"."id" FROM (SELECT "Post".* FROM "public"."Post" AS "Post" WHERE TRUE ORDER BY "Post"."id" ASC LIMIT 21) AS "Post" ORDER BY "Post"."id" ASC
--   $1 = '{"red","blue"}'

-- GET /api/v1/posts?select=id,author(name)&author.name=eq.Ada
-- → 200
WITH "set 0" ("slot 0", "slot 1") AS  MATERIALIZED (SELECT "Post"."id", "Post"."authorId" FROM "public"."Post" AS "Post" WHERE TRUE ORDER BY "Post"."id" ASC LIMIT 21) , "set 1" ("slot 1", "slot 2") AS (SELECT "Author_1"."name", "Author_1"."id" FROM "public"."Author" AS "Author_1" WHERE "Author_1"."name" = $1 AND "Author_1"."id" = ANY(ARRAY((SELECT "slot 1" FROM "set 0")))) SELECT 0, "slot 0", "slot 1", NULL::text FROM "set 0" UNION ALL (SELECT 1, NULL::integer, "slot 1", "slot 2" FROM "set 1")
--   $1 = 'Ada'

-- GET /api/v1/authors?select=email,posts(title)&posts.or=(words.gt.50,title.eq.Two)
-- → 200
WITH "set 0" ("slot 0", "slot 1") AS  MATERIALIZED (SELECT "Author"."email", "Author"."id" FROM "public"."Author" AS "Author" WHERE TRUE ORDER BY "Author"."id" ASC LIMIT 21) , "set 1" ("slot 2", "slot 0") AS (SELECT "Post_1"."title", "Post_1"."authorId" FROM "public"."Post" AS "Post_1" WHERE ("Post_1"."words" > $1 OR "Post_1"."title" = $2) AND "Post_1"."authorId" = ANY(ARRAY((SELECT "slot 1" FROM "set 0"))) ORDER BY "Post_1"."id" ASC LIMIT 21001) SELECT 0, "slot 0", "slot 1", NULL::character varying(40) FROM "set 0" UNION ALL (SELECT 1, "slot 0", NULL::text, "slot 2" FROM "set 1")
--   $1 = '50'
--   $2 = 'Two'

---- Inner

-- GET /api/v1/posts?select=id,author!inner(name)
-- → 200
WITH "set 0" ("slot 0", "slot 1") AS  MATERIALIZED (SELECT "Post"."id", "Post"."authorId" FROM "public"."Post" AS "Post" WHERE TRUE AND EXISTS(SELECT 1 FROM "public"."Author" AS "Author_1" WHERE "Author_1"."id" = "Post"."authorId" AND TRUE) ORDER BY "Post"."id" ASC LIMIT 21) , "set 1" ("slot 1", "slot 2") AS (SELECT "Author_1_"."name", "Author_1_"."id" FROM "public"."Author" AS "Author_1_" WHERE TRUE AND "Author_1_"."id" = ANY(ARRAY((SELECT "slot 1" FROM "set 0")))) SELECT 0, "slot 0", "slot 1", NULL::text FROM "set 0" UNION ALL (SELECT 1, NULL::integer, "slot 1", "slot 2" FROM "set 1")

-- GET /api/v1/posts?select=id,author!inner(name)&author.name=eq.Ada
-- → 200
WITH "set 0" ("slot 0", "slot 1") AS  MATERIALIZED (SELECT "Post"."id", "Post"."authorId" FROM "public"."Post" AS "Post" WHERE TRUE AND EXISTS(SELECT 1 FROM "public"."Author" AS "Author_1" WHERE "Author_1"."id" = "Post"."authorId" AND "Author_1"."name" = $1) ORDER BY "Post"."id" ASC LIMIT 21) , "set 1" ("slot 1", "slot 2") AS (SELECT "Author_1_"."name", "Author_1_"."id" FROM "public"."Author" AS "Author_1_" WHERE "Author_1_"."name" = $2 AND "Author_1_"."id" = ANY(ARRAY((SELECT "slot 1" FROM "set 0")))) SELECT 0, "slot 0", "slot 1", NULL::text FROM "set 0" UNION ALL (SELECT 1, NULL::integer, "slot 1", "slot 2" FROM "set 1")
--   $1 = 'Ada'
--   $2 = 'Ada'

-- GET /api/v1/authors?select=email,posts!inner(title)&posts.words=gt.50
-- → 200
WITH "set 0" ("slot 0", "slot 1") AS  MATERIALIZED (SELECT "Author"."email", "Author"."id" FROM "public"."Author" AS "Author" WHERE TRUE AND EXISTS(SELECT 1 FROM "public"."Post" AS "Post_1" WHERE "Post_1"."authorId" = "Author"."id" AND "Post_1"."words" > $1) ORDER BY "Author"."id" ASC LIMIT 21) , "set 1" ("slot 2", "slot 0") AS (SELECT "Post_1_"."title", "Post_1_"."authorId" FROM "public"."Post" AS "Post_1_" WHERE "Post_1_"."words" > $2 AND "Post_1_"."authorId" = ANY(ARRAY((SELECT "slot 1" FROM "set 0"))) ORDER BY "Post_1_"."id" ASC LIMIT 21001) SELECT 0, "slot 0", "slot 1", NULL::character varying(40) FROM "set 0" UNION ALL (SELECT 1, "slot 0", NULL::text, "slot 2" FROM "set 1")
--   $1 = '50'
--   $2 = '50'

-- GET /api/v1/posts?select=id,tags!inner(name)&tags.name=eq.red
-- → 200
SELECT "Post"."id", ARRAY((SELECT ROW("Tag_1"."name") FROM "public"."Tag" AS "Tag_1" INNER JOIN "public"."_PostToTag" AS "_PostToTag" ON "_PostToTag"."B" = "Tag_1"."id" WHERE "_PostToTag"."A" = "Post"."id" AND "Tag_1"."name" = $1 ORDER BY "Tag_1"."id" ASC LIMIT 1001)), "Post"."id" FROM (SELECT "Post".* FROM "public"."Post" AS "Post" WHERE TRUE AND EXISTS(SELECT 1 FROM "public"."Tag" AS "Tag_1_" INNER JOIN "public"."_PostToTag" AS "_PostToTag_" ON "_PostToTag_"."B" = "Tag_1_"."id" WHERE "_PostToTag_"."A" = "Post"."id" AND "Tag_1_"."name" = $2) ORDER BY "Post"."id" ASC LIMIT 21) AS "Post" ORDER BY "Post"."id" ASC
--   $1 = 'red'
--   $2 = 'red'

---- Present and absent

-- GET /api/v1/authors?select=email,posts(id)&posts=is.null
-- → 200
WITH "set 0" ("slot 0", "slot 1") AS  MATERIALIZED (SELECT "Author"."email", "Author"."id" FROM "public"."Author" AS "Author" WHERE NOT EXISTS(SELECT 1 FROM "public"."Post" AS "Post_1" WHERE "Post_1"."authorId" = "Author"."id" AND TRUE) ORDER BY "Author"."id" ASC LIMIT 21) , "set 1" ("slot 2", "slot 0") AS (SELECT "Post_1_"."id", "Post_1_"."authorId" FROM "public"."Post" AS "Post_1_" WHERE TRUE AND "Post_1_"."authorId" = ANY(ARRAY((SELECT "slot 1" FROM "set 0"))) ORDER BY "Post_1_"."id" ASC LIMIT 21001) SELECT 0, "slot 0", "slot 1", NULL::integer FROM "set 0" UNION ALL (SELECT 1, "slot 0", NULL::text, "slot 2" FROM "set 1")

-- GET /api/v1/authors?select=email,posts(id)&posts=is.null&posts.words=gt.50
-- → 200
WITH "set 0" ("slot 0", "slot 1") AS  MATERIALIZED (SELECT "Author"."email", "Author"."id" FROM "public"."Author" AS "Author" WHERE NOT EXISTS(SELECT 1 FROM "public"."Post" AS "Post_1" WHERE "Post_1"."authorId" = "Author"."id" AND "Post_1"."words" > $1) ORDER BY "Author"."id" ASC LIMIT 21) , "set 1" ("slot 2", "slot 0") AS (SELECT "Post_1_"."id", "Post_1_"."authorId" FROM "public"."Post" AS "Post_1_" WHERE "Post_1_"."words" > $2 AND "Post_1_"."authorId" = ANY(ARRAY((SELECT "slot 1" FROM "set 0"))) ORDER BY "Post_1_"."id" ASC LIMIT 21001) SELECT 0, "slot 0", "slot 1", NULL::integer FROM "set 0" UNION ALL (SELECT 1, "slot 0", NULL::text, "slot 2" FROM "set 1")
--   $1 = '50'
--   $2 = '50'

-- GET /api/v1/authors?select=email,posts(id)&posts=is.not_null
-- → 200
WITH "set 0" ("slot 0", "slot 1") AS  MATERIALIZED (SELECT "Author"."email", "Author"."id" FROM "public"."Author" AS "Author" WHERE EXISTS(SELECT 1 FROM "public"."Post" AS "Post_1" WHERE "Post_1"."authorId" = "Author"."id" AND TRUE) ORDER BY "Author"."id" ASC LIMIT 21) , "set 1" ("slot 2", "slot 0") AS (SELECT "Post_1_"."id", "Post_1_"."authorId" FROM "public"."Post" AS "Post_1_" WHERE TRUE AND "Post_1_"."authorId" = ANY(ARRAY((SELECT "slot 1" FROM "set 0"))) ORDER BY "Post_1_"."id" ASC LIMIT 21001) SELECT 0, "slot 0", "slot 1", NULL::integer FROM "set 0" UNION ALL (SELECT 1, "slot 0", NULL::text, "slot 2" FROM "set 1")

-- GET /api/v1/posts?select=id,author(name)&author=is.null
-- → 200
WITH "set 0" ("slot 0", "slot 1") AS  MATERIALIZED (SELECT "Post"."id", "Post"."authorId" FROM "public"."Post" AS "Post" WHERE NOT EXISTS(SELECT 1 FROM "public"."Author" AS "Author_1" WHERE "Author_1"."id" = "Post"."authorId" AND TRUE) ORDER BY "Post"."id" ASC LIMIT 21) , "set 1" ("slot 1", "slot 2") AS (SELECT "Author_1_"."name", "Author_1_"."id" FROM "public"."Author" AS "Author_1_" WHERE TRUE AND "Author_1_"."id" = ANY(ARRAY((SELECT "slot 1" FROM "set 0")))) SELECT 0, "slot 0", "slot 1", NULL::text FROM "set 0" UNION ALL (SELECT 1, NULL::integer, "slot 1", "slot 2" FROM "set 1")

-- GET /api/v1/posts?select=id,tags(name)&tags=is.null
-- → 200
SELECT "Post"."id", ARRAY((SELECT ROW("Tag_1"."name") FROM "public"."Tag" AS "Tag_1" INNER JOIN "public"."_PostToTag" AS "_PostToTag" ON "_PostToTag"."B" = "Tag_1"."id" WHERE "_PostToTag"."A" = "Post"."id" AND TRUE ORDER BY "Tag_1"."id" ASC LIMIT 1001)), "Post"."id" FROM (SELECT "Post".* FROM "public"."Post" AS "Post" WHERE NOT EXISTS(SELECT 1 FROM "public"."Tag" AS "Tag_1_" INNER JOIN "public"."_PostToTag" AS "_PostToTag_" ON "_PostToTag_"."B" = "Tag_1_"."id" WHERE "_PostToTag_"."A" = "Post"."id" AND TRUE) ORDER BY "Post"."id" ASC LIMIT 21) AS "Post" ORDER BY "Post"."id" ASC

---- Spread

-- GET /api/v1/posts?select=id,...author(name,email)
-- → 200
WITH "set 0" ("slot 0", "slot 1") AS  MATERIALIZED (SELECT "Post"."id", "Post"."authorId" FROM "public"."Post" AS "Post" WHERE TRUE ORDER BY "Post"."id" ASC LIMIT 21) , "set 1" ("slot 1", "slot 2", "slot 3") AS (SELECT "Author_1"."name", "Author_1"."email", "Author_1"."id" FROM "public"."Author" AS "Author_1" WHERE TRUE AND "Author_1"."id" = ANY(ARRAY((SELECT "slot 1" FROM "set 0")))) SELECT 0, "slot 0", "slot 1", NULL::text, NULL::text FROM "set 0" UNION ALL (SELECT 1, NULL::integer, "slot 1", "slot 2", "slot 3" FROM "set 1")

-- GET /api/v1/posts?select=id,...author(who:name,...profile(bio))
-- → 200
WITH "set 0" ("slot 0", "slot 1") AS  MATERIALIZED (SELECT "Post"."id", "Post"."authorId" FROM "public"."Post" AS "Post" WHERE TRUE ORDER BY "Post"."id" ASC LIMIT 21) , "set 1" ("slot 1", "slot 2") AS  MATERIALIZED (SELECT "Author_1"."name", "Author_1"."id" FROM "public"."Author" AS "Author_1" WHERE TRUE AND "Author_1"."id" = ANY(ARRAY((SELECT "slot 1" FROM "set 0")))) , "set 2" ("slot 1", "slot 2") AS (SELECT "Profile_2"."bio", "Profile_2"."authorId" FROM "public"."Profile" AS "Profile_2" WHERE TRUE AND "Profile_2"."authorId" = ANY(ARRAY((SELECT "slot 2" FROM "set 1")))) SELECT 0, "slot 0", "slot 1", NULL::text FROM "set 0" UNION ALL (SELECT 1, NULL::integer, "slot 1", "slot 2" FROM "set 1") UNION ALL (SELECT 2, NULL::integer, "slot 1", "slot 2" FROM "set 2")

-- GET /api/v1/posts?select=id,...author!inner(name)&author.name=eq.Bob
-- → 200
WITH "set 0" ("slot 0", "slot 1") AS  MATERIALIZED (SELECT "Post"."id", "Post"."authorId" FROM "public"."Post" AS "Post" WHERE TRUE AND EXISTS(SELECT 1 FROM "public"."Author" AS "Author_1" WHERE "Author_1"."id" = "Post"."authorId" AND "Author_1"."name" = $1) ORDER BY "Post"."id" ASC LIMIT 21) , "set 1" ("slot 1", "slot 2") AS (SELECT "Author_1_"."name", "Author_1_"."id" FROM "public"."Author" AS "Author_1_" WHERE "Author_1_"."name" = $2 AND "Author_1_"."id" = ANY(ARRAY((SELECT "slot 1" FROM "set 0")))) SELECT 0, "slot 0", "slot 1", NULL::text FROM "set 0" UNION ALL (SELECT 1, NULL::integer, "slot 1", "slot 2" FROM "set 1")
--   $1 = 'Bob'
--   $2 = 'Bob'

-- GET /api/v1/authors?select=email,...posts(title)
-- → 200
SELECT "Author"."email", ARRAY((SELECT ROW("Post_1"."title") FROM "public"."Post" AS "Post_1" WHERE "Post_1"."authorId" = "Author"."id" AND TRUE ORDER BY "Post_1"."id" ASC LIMIT 1001)), "Author"."id" FROM (SELECT "Author".* FROM "public"."Author" AS "Author" WHERE TRUE ORDER BY "Author"."id" ASC LIMIT 21) AS "Author" ORDER BY "Author"."id" ASC

---- Counts and aggregates

-- GET /api/v1/authors?select=email,posts(count())
-- → 200
SELECT "Author"."email", ARRAY((SELECT ROW(CAST(count(*) AS float8)) FROM "public"."Post" AS "Post_1" WHERE "Post_1"."authorId" = "Author"."id" AND TRUE LIMIT 1001)), "Author"."id" FROM (SELECT "Author".* FROM "public"."Author" AS "Author" WHERE TRUE ORDER BY "Author"."id" ASC LIMIT 21) AS "Author" ORDER BY "Author"."id" ASC

-- GET /api/v1/authors?select=email,posts(count(),words.sum())
-- → 200
SELECT "Author"."email", ARRAY((SELECT ROW(CAST(count(*) AS float8), CAST(sum("Post_1"."words") AS float8)) FROM "public"."Post" AS "Post_1" WHERE "Post_1"."authorId" = "Author"."id" AND TRUE LIMIT 1001)), "Author"."id" FROM (SELECT "Author".* FROM "public"."Author" AS "Author" WHERE TRUE ORDER BY "Author"."id" ASC LIMIT 21) AS "Author" ORDER BY "Author"."id" ASC

-- GET /api/v1/posts?select=id,tags(count())
-- → 200
SELECT "Post"."id", ARRAY((SELECT ROW(CAST(count(*) AS float8)) FROM "public"."Tag" AS "Tag_1" INNER JOIN "public"."_PostToTag" AS "_PostToTag" ON "_PostToTag"."B" = "Tag_1"."id" WHERE "_PostToTag"."A" = "Post"."id" AND TRUE LIMIT 1001)), "Post"."id" FROM (SELECT "Post".* FROM "public"."Post" AS "Post" WHERE TRUE ORDER BY "Post"."id" ASC LIMIT 21) AS "Post" ORDER BY "Post"."id" ASC

-- GET /api/v1/authors?select=email,posts(authorId,words.max())
-- → 200
SELECT "Author"."email", ARRAY((SELECT ROW("Post_1"."authorId", max("Post_1"."words")) FROM "public"."Post" AS "Post_1" WHERE "Post_1"."authorId" = "Author"."id" AND TRUE GROUP BY "Post_1"."authorId" LIMIT 1001)), "Author"."id" FROM (SELECT "Author".* FROM "public"."Author" AS "Author" WHERE TRUE ORDER BY "Author"."id" ASC LIMIT 21) AS "Author" ORDER BY "Author"."id" ASC

---- Ordered by an embedded row, with a total

-- GET /api/v1/posts?select=id,author(name)&order=author(name).desc.nullslast&count=exact&limit=2
-- → 200
SELECT (SELECT COUNT(*) FROM "public"."Post" AS "Post_1" LEFT JOIN "public"."Author" AS "Author_2" ON "Author_2"."id" = "Post_1"."authorId" AND TRUE WHERE TRUE), ARRAY((SELECT ROW("Post"."id", (SELECT ROW("Author_1"."name") FROM "public"."Author" AS "Author_1" WHERE "Author_1"."id" = "Post"."authorId" AND TRUE), "Post"."order 0", "Post"."id") FROM (SELECT "Post".*, "Author_1_"."name" AS "order 0" FROM "public"."Post" AS "Post" LEFT JOIN "public"."Author" AS "Author_1_" ON "Author_1_"."id" = "Post"."authorId" AND TRUE WHERE TRUE ORDER BY "Author_1_"."name" DESC NULLS LAST, "Post"."id" ASC LIMIT 3) AS "Post" ORDER BY "Post"."order 0" DESC NULLS LAST, "Post"."id" ASC))

---- Of a table that refers to itself, and by two ways

-- GET /api/v1/comments?select=text,post(title,author(name)),author(name)
-- → 200
WITH "set 0" ("slot 0", "slot 1", "slot 3", "slot 4") AS  MATERIALIZED (SELECT "Comment"."text", "Comment"."postId", "Comment"."authorId", "Comment"."id" FROM "public"."Comment" AS "Comment" WHERE TRUE ORDER BY "Comment"."id" ASC LIMIT 21) , "set 1" ("slot 2", "slot 0", "slot 1") AS  MATERIALIZED (SELECT "Post_1"."title", "Post_1"."authorId", "Post_1"."id" FROM "public"."Post" AS "Post_1" WHERE TRUE AND "Post_1"."id" = ANY(ARRAY((SELECT "slot 1" FROM "set 0")))) , "set 2" ("slot 0", "slot 3") AS (SELECT "Author_2"."name", "Author_2"."id" FROM "public"."Author" AS "Author_2" WHERE TRUE AND "Author_2"."id" = ANY(ARRAY((SELECT "slot 0" FROM "set 1")))) , "set 3" ("slot 0", "slot 3") AS (SELECT "Author_1"."name", "Author_1"."id" FROM "public"."Author" AS "Author_1" WHERE TRUE AND "Author_1"."id" = ANY(ARRAY((SELECT "slot 3" FROM "set 0")))) SELECT 0, "slot 0", "slot 1", NULL::character varying(40), "slot 3", "slot 4" FROM "set 0" UNION ALL (SELECT 1, "slot 0", "slot 1", "slot 2", NULL::text, NULL::integer FROM "set 1") UNION ALL (SELECT 2, "slot 0", NULL::integer, NULL::character varying(40), "slot 3", NULL::integer FROM "set 2") UNION ALL (SELECT 3, "slot 0", NULL::integer, NULL::character varying(40), "slot 3", NULL::integer FROM "set 3")

-- GET /api/v1/authors?select=email,manager(email,manager(email))
-- → 200
WITH "set 0" ("slot 0", "slot 1", "slot 2") AS  MATERIALIZED (SELECT "Author"."email", "Author"."managerId", "Author"."id" FROM "public"."Author" AS "Author" WHERE TRUE ORDER BY "Author"."id" ASC LIMIT 21) , "set 1" ("slot 0", "slot 1", "slot 2") AS  MATERIALIZED (SELECT "Author_1"."email", "Author_1"."managerId", "Author_1"."id" FROM "public"."Author" AS "Author_1" WHERE TRUE AND "Author_1"."id" = ANY(ARRAY((SELECT "slot 1" FROM "set 0")))) , "set 2" ("slot 0", "slot 1") AS (SELECT "Author_2"."email", "Author_2"."id" FROM "public"."Author" AS "Author_2" WHERE TRUE AND "Author_2"."id" = ANY(ARRAY((SELECT "slot 1" FROM "set 1")))) SELECT 0, "slot 0", "slot 1", "slot 2" FROM "set 0" UNION ALL (SELECT 1, "slot 0", "slot 1", "slot 2" FROM "set 1") UNION ALL (SELECT 2, "slot 0", "slot 1", NULL::text FROM "set 2")
