-- The statements of requests/postgrest_embeds.http; `UPDATE_GOLDEN=1 cargo test --test it golden` writes them.

---- To one, to many, many to many

-- GET /rest/v1/Post?select=id,Author(name)
-- → 200
SELECT "Post"."id", json((SELECT json_array(quote("Author_1"."name")) FROM "Author" AS "Author_1" WHERE "Author_1"."id" = "Post"."authorId" AND TRUE)) FROM "Post" AS "Post" WHERE TRUE

-- GET /rest/v1/Post?select=id,writer:Author!authorId(name,Profile(bio))
-- → 200
SELECT "Post"."id", json((SELECT json_array(quote("Author_1"."name"), json((SELECT json_array(quote("Profile_2"."bio")) FROM "Profile" AS "Profile_2" WHERE "Profile_2"."authorId" = "Author_1"."id" AND TRUE))) FROM "Author" AS "Author_1" WHERE "Author_1"."id" = "Post"."authorId" AND TRUE)) FROM "Post" AS "Post" WHERE TRUE

-- GET /rest/v1/Author?select=email,Profile(bio)
-- → 200
SELECT "Author"."email", json((SELECT json_array(quote("Profile_1"."bio")) FROM "Profile" AS "Profile_1" WHERE "Profile_1"."authorId" = "Author"."id" AND TRUE)) FROM "Author" AS "Author" WHERE TRUE

-- GET /rest/v1/Author?select=email,Post(title,Comment(text))
-- → 200
SELECT "Author"."email", json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Post_1"."title"), json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Comment_2"."text")) AS "row" FROM "Comment" AS "Comment_2" WHERE "Comment_2"."postId" = "Post_1"."id" AND TRUE) AS "rows"))) AS "row" FROM "Post" AS "Post_1" WHERE "Post_1"."authorId" = "Author"."id" AND TRUE) AS "rows")) FROM "Author" AS "Author" WHERE TRUE

-- GET /rest/v1/Post?select=id,Tag(name)
-- → 200
SELECT "Post"."id", json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Tag_1"."name")) AS "row" FROM "Tag" AS "Tag_1" INNER JOIN "_PostToTag" AS "_PostToTag" ON "_PostToTag"."B" = "Tag_1"."id" WHERE "_PostToTag"."A" = "Post"."id" AND TRUE) AS "rows")) FROM "Post" AS "Post" WHERE TRUE

-- GET /rest/v1/Comment?select=text,Post(title,Author(name)),Author(name)
-- → 200
SELECT "Comment"."text", json((SELECT json_array(quote("Post_1"."title"), json((SELECT json_array(quote("Author_2"."name")) FROM "Author" AS "Author_2" WHERE "Author_2"."id" = "Post_1"."authorId" AND TRUE))) FROM "Post" AS "Post_1" WHERE "Post_1"."id" = "Comment"."postId" AND TRUE)), json((SELECT json_array(quote("Author_1"."name")) FROM "Author" AS "Author_1" WHERE "Author_1"."id" = "Comment"."authorId" AND TRUE)) FROM "Comment" AS "Comment" WHERE TRUE

-- GET /rest/v1/Author?select=email,manager:managerId(email)
-- → 200
SELECT "Author"."email", json((SELECT json_array(quote("Author_1"."email")) FROM "Author" AS "Author_1" WHERE "Author_1"."id" = "Author"."managerId" AND TRUE)) FROM "Author" AS "Author" WHERE TRUE

---- Ordered, limited and filtered

-- GET /rest/v1/Author?select=email,Post(title)&Post.order=words.desc&Post.limit=1
-- → 200
SELECT "Author"."email", json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Post_1"."title")) AS "row" FROM "Post" AS "Post_1" WHERE "Post_1"."authorId" = "Author"."id" AND TRUE ORDER BY "Post_1"."words" DESC LIMIT 1) AS "rows")) FROM "Author" AS "Author" WHERE TRUE

-- GET /rest/v1/Author?select=email,posts:Post(title)&posts.words=gte.20&posts.offset=1
-- → 200
SELECT "Author"."email", json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Post_1"."title")) AS "row" FROM "Post" AS "Post_1" WHERE "Post_1"."authorId" = "Author"."id" AND "Post_1"."words" >= ? LIMIT 9223372036854775807 OFFSET ?) AS "rows")) FROM "Author" AS "Author" WHERE TRUE
--   $1 = 20
--   $2 = 1

-- GET /rest/v1/Post?select=id,Tag(name)&Tag.name=in.(red,blue)&Tag.order=name
-- → 200
SELECT "Post"."id", json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Tag_1"."name")) AS "row" FROM "Tag" AS "Tag_1" INNER JOIN "_PostToTag" AS "_PostToTag" ON "_PostToTag"."B" = "Tag_1"."id" WHERE "_PostToTag"."A" = "Post"."id" AND "Tag_1"."name" IN (?, ?) ORDER BY "Tag_1"."name" ASC) AS "rows")) FROM "Post" AS "Post" WHERE TRUE
--   $1 = 'red'
--   $2 = 'blue'

---- Inner and absent

-- GET /rest/v1/Post?select=id,Author!inner(name)&Author.name=eq.Ada
-- → 200
SELECT "Post"."id", json((SELECT json_array(quote("Author_1"."name")) FROM "Author" AS "Author_1" WHERE "Author_1"."id" = "Post"."authorId" AND "Author_1"."name" = ?)) FROM "Post" AS "Post" WHERE TRUE AND EXISTS(SELECT 1 FROM "Author" AS "Author_1_" WHERE "Author_1_"."id" = "Post"."authorId" AND "Author_1_"."name" = ?) IS TRUE
--   $1 = 'Ada'
--   $2 = 'Ada'

-- GET /rest/v1/Author?select=email,Post!inner(title)&Post.words=gt.50
-- → 200
SELECT "Author"."email", json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Post_1"."title")) AS "row" FROM "Post" AS "Post_1" WHERE "Post_1"."authorId" = "Author"."id" AND "Post_1"."words" > ?) AS "rows")) FROM "Author" AS "Author" WHERE TRUE AND EXISTS(SELECT 1 FROM "Post" AS "Post_1_" WHERE "Post_1_"."authorId" = "Author"."id" AND "Post_1_"."words" > ?) IS TRUE
--   $1 = 50
--   $2 = 50

-- GET /rest/v1/Post?select=id,Tag!inner(name)&Tag.name=eq.red
-- → 200
SELECT "Post"."id", json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Tag_1"."name")) AS "row" FROM "Tag" AS "Tag_1" INNER JOIN "_PostToTag" AS "_PostToTag" ON "_PostToTag"."B" = "Tag_1"."id" WHERE "_PostToTag"."A" = "Post"."id" AND "Tag_1"."name" = ?) AS "rows")) FROM "Post" AS "Post" WHERE TRUE AND EXISTS(SELECT 1 FROM "Tag" AS "Tag_1_" INNER JOIN "_PostToTag" AS "_PostToTag_" ON "_PostToTag_"."B" = "Tag_1_"."id" WHERE "_PostToTag_"."A" = "Post"."id" AND "Tag_1_"."name" = ?) IS TRUE
--   $1 = 'red'
--   $2 = 'red'

-- GET /rest/v1/Author?select=email,Post()&Post=is.null
-- → 200
SELECT "Author"."email" FROM "Author" AS "Author" WHERE NOT EXISTS(SELECT 1 FROM "Post" AS "Post_1" WHERE "Post_1"."authorId" = "Author"."id" AND TRUE) IS TRUE

-- GET /rest/v1/Post?select=id,Author(name)&Author=not.is.null
-- → 200
SELECT "Post"."id", json((SELECT json_array(quote("Author_1"."name")) FROM "Author" AS "Author_1" WHERE "Author_1"."id" = "Post"."authorId" AND TRUE)) FROM "Post" AS "Post" WHERE EXISTS(SELECT 1 FROM "Author" AS "Author_1_" WHERE "Author_1_"."id" = "Post"."authorId" AND TRUE) IS TRUE

---- Spread

-- GET /rest/v1/Post?select=id,...Author(name,email)
-- → 200
SELECT "Post"."id", json((SELECT json_array(quote("Author_1"."name"), quote("Author_1"."email")) FROM "Author" AS "Author_1" WHERE "Author_1"."id" = "Post"."authorId" AND TRUE)) FROM "Post" AS "Post" WHERE TRUE

-- GET /rest/v1/Author?select=email,...Post(title)
-- → 200
SELECT "Author"."email", json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Post_1"."title")) AS "row" FROM "Post" AS "Post_1" WHERE "Post_1"."authorId" = "Author"."id" AND TRUE) AS "rows")) FROM "Author" AS "Author" WHERE TRUE

-- GET /rest/v1/Post?select=id,...Author(who:name,...Profile(bio))
-- → 200
SELECT "Post"."id", json((SELECT json_array(quote("Author_1"."name"), json((SELECT json_array(quote("Profile_2"."bio")) FROM "Profile" AS "Profile_2" WHERE "Profile_2"."authorId" = "Author_1"."id" AND TRUE))) FROM "Author" AS "Author_1" WHERE "Author_1"."id" = "Post"."authorId" AND TRUE)) FROM "Post" AS "Post" WHERE TRUE

---- Aggregates

-- GET /rest/v1/Author?select=email,Post(count(),words.sum())
-- → 200
SELECT "Author"."email", json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote(count(*)), quote(sum("Post_1"."words"))) AS "row" FROM "Post" AS "Post_1" WHERE "Post_1"."authorId" = "Author"."id" AND TRUE) AS "rows")) FROM "Author" AS "Author" WHERE TRUE

-- GET /rest/v1/Post?select=...Author(name),words.sum()
-- → 200
SELECT json((SELECT json_array(quote("Author_1"."name")) FROM "Author" AS "Author_1" WHERE "Author_1"."id" = "Post"."authorId" AND TRUE)), sum("Post"."words") FROM "Post" AS "Post" WHERE TRUE GROUP BY "Post"."authorId"

-- GET /rest/v1/Author?select=email,...Post(words.max())
-- → 400

---- Ordered by an embedded row, with a total

-- GET /rest/v1/Post?select=id,Author(name)&order=Author(name).desc,id&limit=2 | Prefer: count=exact
-- → 206
SELECT (SELECT COUNT(*) FROM "Post" AS "Post_1" LEFT JOIN "Author" AS "Author_2" ON "Author_2"."id" = "Post_1"."authorId" AND TRUE WHERE TRUE), json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Post"."id"), json((SELECT json_array(quote("Author_1"."name")) FROM "Author" AS "Author_1" WHERE "Author_1"."id" = "Post"."authorId" AND TRUE))) AS "row" FROM (SELECT "Post".*, "Author_1_"."name" AS "order 0" FROM "Post" AS "Post" LEFT JOIN "Author" AS "Author_1_" ON "Author_1_"."id" = "Post"."authorId" AND TRUE WHERE TRUE ORDER BY "Author_1_"."name" DESC NULLS FIRST, "Post"."id" ASC LIMIT 2) AS "Post" ORDER BY "Post"."order 0" DESC NULLS FIRST, "Post"."id" ASC) AS "rows"))
