-- The statements of requests/postgrest_embeds.http; `UPDATE_GOLDEN=1 cargo test --test it golden` writes them.

---- To one, to many, many to many

-- GET /rest/v1/Post?select=id,Author(name)
-- → 200
SELECT row_to_json(_row.*)::text, NULL::text FROM (SELECT "Post"."id" AS "id", row_to_json("Post_Author_1".*) AS "Author" FROM "public"."Post" AS "Post" LEFT JOIN LATERAL (SELECT "Author_1"."name" AS "name" FROM "public"."Author" AS "Author_1" WHERE "Author_1"."id" = "Post"."authorId") AS "Post_Author_1" ON TRUE) AS _row

-- GET /rest/v1/Post?select=id,writer:Author!authorId(name,Profile(bio))
-- → 200
SELECT row_to_json(_row.*)::text, NULL::text FROM (SELECT "Post"."id" AS "id", row_to_json("Post_writer_1".*) AS "writer" FROM "public"."Post" AS "Post" LEFT JOIN LATERAL (SELECT "Author_1"."name" AS "name", row_to_json("Author_Profile_2".*) AS "Profile" FROM "public"."Author" AS "Author_1" LEFT JOIN LATERAL (SELECT "Profile_2"."bio" AS "bio" FROM "public"."Profile" AS "Profile_2" WHERE "Profile_2"."authorId" = "Author_1"."id") AS "Author_Profile_2" ON TRUE WHERE "Author_1"."id" = "Post"."authorId") AS "Post_writer_1" ON TRUE) AS _row

-- GET /rest/v1/Author?select=email,Profile(bio)
-- → 200
SELECT row_to_json(_row.*)::text, NULL::text FROM (SELECT "Author"."email" AS "email", row_to_json("Author_Profile_1".*) AS "Profile" FROM "public"."Author" AS "Author" LEFT JOIN LATERAL (SELECT "Profile_1"."bio" AS "bio" FROM "public"."Profile" AS "Profile_1" WHERE "Profile_1"."authorId" = "Author"."id") AS "Author_Profile_1" ON TRUE) AS _row

-- GET /rest/v1/Author?select=email,Post(title,Comment(text))
-- → 200
SELECT row_to_json(_row.*)::text, NULL::text FROM (SELECT "Author"."email" AS "email", coalesce("Author_Post_1"."Author_Post_1", '[]') AS "Post" FROM "public"."Author" AS "Author" LEFT JOIN LATERAL (SELECT json_agg("Author_Post_1".*) AS "Author_Post_1" FROM (SELECT "Post_1"."title" AS "title", coalesce("Post_Comment_2"."Post_Comment_2", '[]') AS "Comment" FROM "public"."Post" AS "Post_1" LEFT JOIN LATERAL (SELECT json_agg("Post_Comment_2".*) AS "Post_Comment_2" FROM (SELECT "Comment_2"."text" AS "text" FROM "public"."Comment" AS "Comment_2" WHERE "Comment_2"."postId" = "Post_1"."id") AS "Post_Comment_2") AS "Post_Comment_2" ON TRUE WHERE "Post_1"."authorId" = "Author"."id") AS "Author_Post_1") AS "Author_Post_1" ON TRUE) AS _row

-- GET /rest/v1/Post?select=id,Tag(name)
-- → 200
SELECT row_to_json(_row.*)::text, NULL::text FROM (SELECT "Post"."id" AS "id", coalesce("Post_Tag_1"."Post_Tag_1", '[]') AS "Tag" FROM "public"."Post" AS "Post" LEFT JOIN LATERAL (SELECT json_agg("Post_Tag_1".*) AS "Post_Tag_1" FROM (SELECT "Tag_1"."name" AS "name" FROM "public"."Tag" AS "Tag_1" INNER JOIN "public"."_PostToTag" AS "_PostToTag_of_Post" ON "_PostToTag_of_Post"."A" = "Post"."id" AND "Tag_1"."id" = "_PostToTag_of_Post"."B") AS "Post_Tag_1") AS "Post_Tag_1" ON TRUE) AS _row

-- GET /rest/v1/Comment?select=text,Post(title,Author(name)),Author(name)
-- → 200
SELECT row_to_json(_row.*)::text, NULL::text FROM (SELECT "Comment"."text" AS "text", row_to_json("Comment_Post_1".*) AS "Post", row_to_json("Comment_Author_1".*) AS "Author" FROM "public"."Comment" AS "Comment" LEFT JOIN LATERAL (SELECT "Post_1"."title" AS "title", row_to_json("Post_Author_2".*) AS "Author" FROM "public"."Post" AS "Post_1" LEFT JOIN LATERAL (SELECT "Author_2"."name" AS "name" FROM "public"."Author" AS "Author_2" WHERE "Author_2"."id" = "Post_1"."authorId") AS "Post_Author_2" ON TRUE WHERE "Post_1"."id" = "Comment"."postId") AS "Comment_Post_1" ON TRUE LEFT JOIN LATERAL (SELECT "Author_1"."name" AS "name" FROM "public"."Author" AS "Author_1" WHERE "Author_1"."id" = "Comment"."authorId") AS "Comment_Author_1" ON TRUE) AS _row

-- GET /rest/v1/Author?select=email,manager:managerId(email)
-- → 200
SELECT row_to_json(_row.*)::text, NULL::text FROM (SELECT "Author"."email" AS "email", row_to_json("Author_manager_1".*) AS "manager" FROM "public"."Author" AS "Author" LEFT JOIN LATERAL (SELECT "Author_1"."email" AS "email" FROM "public"."Author" AS "Author_1" WHERE "Author_1"."id" = "Author"."managerId") AS "Author_manager_1" ON TRUE) AS _row

---- Ordered, limited and filtered

-- GET /rest/v1/Author?select=email,Post(title)&Post.order=words.desc&Post.limit=1
-- → 200
SELECT row_to_json(_row.*)::text, NULL::text FROM (SELECT "Author"."email" AS "email", coalesce("Author_Post_1"."Author_Post_1", '[]') AS "Post" FROM "public"."Author" AS "Author" LEFT JOIN LATERAL (SELECT json_agg("Author_Post_1".*) AS "Author_Post_1" FROM (SELECT "Post_1"."title" AS "title" FROM "public"."Post" AS "Post_1" WHERE "Post_1"."authorId" = "Author"."id" ORDER BY "Post_1"."words" DESC LIMIT 1) AS "Author_Post_1") AS "Author_Post_1" ON TRUE) AS _row

-- GET /rest/v1/Author?select=email,posts:Post(title)&posts.words=gte.20&posts.offset=1
-- → 200
SELECT row_to_json(_row.*)::text, NULL::text FROM (SELECT "Author"."email" AS "email", coalesce("Author_posts_1"."Author_posts_1", '[]') AS "posts" FROM "public"."Author" AS "Author" LEFT JOIN LATERAL (SELECT json_agg("Author_posts_1".*) AS "Author_posts_1" FROM (SELECT "Post_1"."title" AS "title" FROM "public"."Post" AS "Post_1" WHERE "Post_1"."authorId" = "Author"."id" AND "Post_1"."words" >= $1 OFFSET $2) AS "Author_posts_1") AS "Author_posts_1" ON TRUE) AS _row
--   $1 = '20'
--   $2 = '1'

-- GET /rest/v1/Post?select=id,Tag(name)&Tag.name=in.(red,blue)&Tag.order=name
-- → 200
SELECT row_to_json(_row.*)::text, NULL::text FROM (SELECT "Post"."id" AS "id", coalesce("Post_Tag_1"."Post_Tag_1", '[]') AS "Tag" FROM "public"."Post" AS "Post" LEFT JOIN LATERAL (SELECT json_agg("Post_Tag_1".*) AS "Post_Tag_1" FROM (SELECT "Tag_1"."name" AS "name" FROM "public"."Tag" AS "Tag_1" INNER JOIN "public"."_PostToTag" AS "_PostToTag_of_Post" ON "_PostToTag_of_Post"."A" = "Post"."id" AND "Tag_1"."id" = "_PostToTag_of_Post"."B" WHERE "Tag_1"."name" = ANY ($1) ORDER BY "Tag_1"."name" ASC) AS "Post_Tag_1") AS "Post_Tag_1" ON TRUE) AS _row
--   $1 = '{"red","blue"}'

---- Inner and absent

-- GET /rest/v1/Post?select=id,Author!inner(name)&Author.name=eq.Ada
-- → 200
SELECT row_to_json(_row.*)::text, NULL::text FROM (SELECT "Post"."id" AS "id", row_to_json("Post_Author_1".*) AS "Author" FROM "public"."Post" AS "Post" INNER JOIN LATERAL (SELECT "Author_1"."name" AS "name" FROM "public"."Author" AS "Author_1" WHERE "Author_1"."id" = "Post"."authorId" AND "Author_1"."name" = $1) AS "Post_Author_1" ON TRUE WHERE EXISTS (SELECT 1 FROM "public"."Author" AS "Author_1" WHERE "Author_1"."id" = "Post"."authorId" AND "Author_1"."name" = $2)) AS _row
--   $1 = 'Ada'
--   $2 = 'Ada'

-- GET /rest/v1/Author?select=email,Post!inner(title)&Post.words=gt.50
-- → 200
SELECT row_to_json(_row.*)::text, NULL::text FROM (SELECT "Author"."email" AS "email", coalesce("Author_Post_1"."Author_Post_1", '[]') AS "Post" FROM "public"."Author" AS "Author" INNER JOIN LATERAL (SELECT json_agg("Author_Post_1".*) AS "Author_Post_1" FROM (SELECT "Post_1"."title" AS "title" FROM "public"."Post" AS "Post_1" WHERE "Post_1"."authorId" = "Author"."id" AND "Post_1"."words" > $1) AS "Author_Post_1") AS "Author_Post_1" ON "Author_Post_1"."Author_Post_1" IS NOT NULL WHERE EXISTS (SELECT 1 FROM "public"."Post" AS "Post_1" WHERE "Post_1"."authorId" = "Author"."id" AND "Post_1"."words" > $2)) AS _row
--   $1 = '50'
--   $2 = '50'

-- GET /rest/v1/Post?select=id,Tag!inner(name)&Tag.name=eq.red
-- → 200
SELECT row_to_json(_row.*)::text, NULL::text FROM (SELECT "Post"."id" AS "id", coalesce("Post_Tag_1"."Post_Tag_1", '[]') AS "Tag" FROM "public"."Post" AS "Post" INNER JOIN LATERAL (SELECT json_agg("Post_Tag_1".*) AS "Post_Tag_1" FROM (SELECT "Tag_1"."name" AS "name" FROM "public"."Tag" AS "Tag_1" INNER JOIN "public"."_PostToTag" AS "_PostToTag_of_Post" ON "_PostToTag_of_Post"."A" = "Post"."id" AND "Tag_1"."id" = "_PostToTag_of_Post"."B" WHERE "Tag_1"."name" = $1) AS "Post_Tag_1") AS "Post_Tag_1" ON "Post_Tag_1"."Post_Tag_1" IS NOT NULL WHERE EXISTS (SELECT 1 FROM "public"."Tag" AS "Tag_1" INNER JOIN "public"."_PostToTag" AS "_PostToTag_of_Post" ON "_PostToTag_of_Post"."A" = "Post"."id" AND "Tag_1"."id" = "_PostToTag_of_Post"."B" WHERE "Tag_1"."name" = $2)) AS _row
--   $1 = 'red'
--   $2 = 'red'

-- GET /rest/v1/Author?select=email,Post()&Post=is.null
-- → 200
SELECT row_to_json(_row.*)::text, NULL::text FROM (SELECT "Author"."email" AS "email" FROM "public"."Author" AS "Author" LEFT JOIN LATERAL (SELECT json_agg("Author_Post_1".*) AS "Author_Post_1" FROM (SELECT  FROM "public"."Post" AS "Post_1" WHERE "Post_1"."authorId" = "Author"."id") AS "Author_Post_1") AS "Author_Post_1" ON TRUE WHERE "Author_Post_1"."Author_Post_1" IS NOT DISTINCT FROM NULL) AS _row

-- GET /rest/v1/Post?select=id,Author(name)&Author=not.is.null
-- → 200
SELECT row_to_json(_row.*)::text, NULL::text FROM (SELECT "Post"."id" AS "id", row_to_json("Post_Author_1".*) AS "Author" FROM "public"."Post" AS "Post" LEFT JOIN LATERAL (SELECT "Author_1"."name" AS "name" FROM "public"."Author" AS "Author_1" WHERE "Author_1"."id" = "Post"."authorId") AS "Post_Author_1" ON TRUE WHERE "Post_Author_1" IS DISTINCT FROM NULL) AS _row

---- Spread

-- GET /rest/v1/Post?select=id,...Author(name,email)
-- → 200
SELECT row_to_json(_row.*)::text, NULL::text FROM (SELECT "Post"."id" AS "id", "Post_Author_1"."name" AS "name", "Post_Author_1"."email" AS "email" FROM "public"."Post" AS "Post" LEFT JOIN LATERAL (SELECT "Author_1"."name" AS "name", "Author_1"."email" AS "email" FROM "public"."Author" AS "Author_1" WHERE "Author_1"."id" = "Post"."authorId") AS "Post_Author_1" ON TRUE) AS _row

-- GET /rest/v1/Author?select=email,...Post(title)
-- → 200
SELECT row_to_json(_row.*)::text, NULL::text FROM (SELECT "Author"."email" AS "email", coalesce("Author_Post_1"."title", '[]') AS "title" FROM "public"."Author" AS "Author" LEFT JOIN LATERAL (SELECT json_agg("Author_Post_1"."title") AS "title", count(*) AS refract_rows FROM (SELECT "Post_1"."title" AS "title" FROM "public"."Post" AS "Post_1" WHERE "Post_1"."authorId" = "Author"."id") AS "Author_Post_1") AS "Author_Post_1" ON TRUE) AS _row

-- GET /rest/v1/Post?select=id,...Author(who:name,...Profile(bio))
-- → 200
SELECT row_to_json(_row.*)::text, NULL::text FROM (SELECT "Post"."id" AS "id", "Post_Author_1"."who" AS "who", "Post_Author_1"."bio" AS "bio" FROM "public"."Post" AS "Post" LEFT JOIN LATERAL (SELECT "Author_1"."name" AS "who", "Author_Profile_2"."bio" AS "bio" FROM "public"."Author" AS "Author_1" LEFT JOIN LATERAL (SELECT "Profile_2"."bio" AS "bio" FROM "public"."Profile" AS "Profile_2" WHERE "Profile_2"."authorId" = "Author_1"."id") AS "Author_Profile_2" ON TRUE WHERE "Author_1"."id" = "Post"."authorId") AS "Post_Author_1" ON TRUE) AS _row

---- Aggregates

-- GET /rest/v1/Author?select=email,Post(count(),words.sum())
-- → 200
SELECT row_to_json(_row.*)::text, NULL::text FROM (SELECT "Author"."email" AS "email", coalesce("Author_Post_1"."Author_Post_1", '[]') AS "Post" FROM "public"."Author" AS "Author" LEFT JOIN LATERAL (SELECT json_agg("Author_Post_1".*) AS "Author_Post_1" FROM (SELECT count(*) AS "count", sum("Post_1"."words") AS "sum" FROM "public"."Post" AS "Post_1" WHERE "Post_1"."authorId" = "Author"."id") AS "Author_Post_1") AS "Author_Post_1" ON TRUE) AS _row

-- GET /rest/v1/Post?select=...Author(name),words.sum()
-- → 200
SELECT row_to_json(_row.*)::text, NULL::text FROM (SELECT "Post_Author_1"."name" AS "name", sum("Post"."words") AS "sum" FROM "public"."Post" AS "Post" LEFT JOIN LATERAL (SELECT "Author_1"."name" AS "name" FROM "public"."Author" AS "Author_1" WHERE "Author_1"."id" = "Post"."authorId") AS "Post_Author_1" ON TRUE GROUP BY "Post_Author_1"."name") AS _row

-- GET /rest/v1/Author?select=email,...Post(words.max())
-- → 400

---- Ordered by an embedded row, with a total

-- GET /rest/v1/Post?select=id,Author(name)&order=Author(name).desc,id&limit=2 | Prefer: count=exact
-- → 206
SELECT coalesce(json_agg(_row.*), '[]')::text, count(*)::text, (SELECT count(*)::text FROM (SELECT 1 FROM "public"."Post" AS "Post") AS _counted) FROM (SELECT "Post"."id" AS "id", row_to_json("Post_Author_1".*) AS "Author" FROM "public"."Post" AS "Post" LEFT JOIN LATERAL (SELECT "Author_1"."name" AS "name" FROM "public"."Author" AS "Author_1" WHERE "Author_1"."id" = "Post"."authorId") AS "Post_Author_1" ON TRUE ORDER BY "Post_Author_1"."name" DESC, "Post"."id" ASC LIMIT 2) AS _row
