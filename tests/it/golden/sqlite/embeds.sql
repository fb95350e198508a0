-- The statements of requests/embeds.http; `UPDATE_GOLDEN=1 cargo test --test it golden` writes them.

---- To one

-- GET /api/v1/posts?select=id,author(name)
-- → 200
SELECT "Post"."id", json((SELECT json_array(quote("Author_1"."name")) FROM "Author" AS "Author_1" WHERE "Author_1"."id" = "Post"."authorId" AND TRUE)), "Post"."id" FROM (SELECT "Post".* FROM "Post" AS "Post" WHERE TRUE ORDER BY "Post"."id" ASC LIMIT 21) AS "Post" ORDER BY "Post"."id" ASC

-- GET /api/v1/posts?select=id,writer:author(*)
-- → 200
SELECT "Post"."id", json((SELECT json_array(quote("Author_1"."id"), quote("Author_1"."email"), quote("Author_1"."name"), quote("Author_1"."role"), quote("Author_1"."score"), quote("Author_1"."preferences"), quote("Author_1"."settings"), quote("Author_1"."managerId"), quote("Author_1"."createdAt"), quote("Author_1"."updatedAt")) FROM "Author" AS "Author_1" WHERE "Author_1"."id" = "Post"."authorId" AND TRUE)), "Post"."id" FROM (SELECT "Post".* FROM "Post" AS "Post" WHERE TRUE ORDER BY "Post"."id" ASC LIMIT 21) AS "Post" ORDER BY "Post"."id" ASC

-- GET /api/v1/posts?select=title,author(email,profile(bio),manager(email))
-- → 200
SELECT "Post"."title", json((SELECT json_array(quote("Author_1"."email"), json((SELECT json_array(quote("Profile_2"."bio")) FROM "Profile" AS "Profile_2" WHERE "Profile_2"."authorId" = "Author_1"."id" AND TRUE)), json((SELECT json_array(quote("Author_2"."email")) FROM "Author" AS "Author_2" WHERE "Author_2"."id" = "Author_1"."managerId" AND TRUE))) FROM "Author" AS "Author_1" WHERE "Author_1"."id" = "Post"."authorId" AND TRUE)), "Post"."id" FROM (SELECT "Post".* FROM "Post" AS "Post" WHERE TRUE ORDER BY "Post"."id" ASC LIMIT 21) AS "Post" ORDER BY "Post"."id" ASC

-- GET /api/v1/authors?select=email,profile(bio)
-- → 200
SELECT "Author"."email", json((SELECT json_array(quote("Profile_1"."bio")) FROM "Profile" AS "Profile_1" WHERE "Profile_1"."authorId" = "Author"."id" AND TRUE)), "Author"."id" FROM (SELECT "Author".* FROM "Author" AS "Author" WHERE TRUE ORDER BY "Author"."id" ASC LIMIT 21) AS "Author" ORDER BY "Author"."id" ASC

-- GET /api/v1/posts/1?select=id,author(name)
-- → 200
SELECT "Post"."id", json((SELECT json_array(quote("Author_1"."name")) FROM "Author" AS "Author_1" WHERE "Author_1"."id" = "Post"."authorId" AND TRUE)) FROM "Post" AS "Post" WHERE "Post"."id" = ?
--   $1 = 1

---- To many

-- GET /api/v1/authors?select=email,posts(title)
-- → 200
SELECT "Author"."email", json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Post_1"."title")) AS "row" FROM "Post" AS "Post_1" WHERE "Post_1"."authorId" = "Author"."id" AND TRUE ORDER BY "Post_1"."id" ASC LIMIT 1001) AS "rows")), "Author"."id" FROM (SELECT "Author".* FROM "Author" AS "Author" WHERE TRUE ORDER BY "Author"."id" ASC LIMIT 21) AS "Author" ORDER BY "Author"."id" ASC

-- GET /api/v1/authors?select=email,posts(title,comments(text,author(name)))
-- → 200
SELECT "Author"."email", json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Post_1"."title"), json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Comment_2"."text"), json((SELECT json_array(quote("Author_3"."name")) FROM "Author" AS "Author_3" WHERE "Author_3"."id" = "Comment_2"."authorId" AND TRUE))) AS "row" FROM (SELECT "Comment_2".* FROM "Comment" AS "Comment_2" WHERE "Comment_2"."postId" = "Post_1"."id" AND TRUE ORDER BY "Comment_2"."id" ASC LIMIT 1001) AS "Comment_2" ORDER BY "Comment_2"."id" ASC) AS "rows"))) AS "row" FROM (SELECT "Post_1".* FROM "Post" AS "Post_1" WHERE "Post_1"."authorId" = "Author"."id" AND TRUE ORDER BY "Post_1"."id" ASC LIMIT 1001) AS "Post_1" ORDER BY "Post_1"."id" ASC) AS "rows")), "Author"."id" FROM (SELECT "Author".* FROM "Author" AS "Author" WHERE TRUE ORDER BY "Author"."id" ASC LIMIT 21) AS "Author" ORDER BY "Author"."id" ASC

-- GET /api/v1/authors/ada?select=email,posts(id)
-- → 200
SELECT "Author"."email", json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Post_1"."id")) AS "row" FROM "Post" AS "Post_1" WHERE "Post_1"."authorId" = "Author"."id" AND TRUE ORDER BY "Post_1"."id" ASC LIMIT 1001) AS "rows")) FROM "Author" AS "Author" WHERE "Author"."id" = ?
--   $1 = 'ada'

---- Many to many

-- GET /api/v1/posts?select=id,tags(name)
-- → 200
SELECT "Post"."id", json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Tag_1"."name")) AS "row" FROM "Tag" AS "Tag_1" INNER JOIN "_PostToTag" AS "_PostToTag" ON "_PostToTag"."B" = "Tag_1"."id" WHERE "_PostToTag"."A" = "Post"."id" AND TRUE ORDER BY "Tag_1"."id" ASC LIMIT 1001) AS "rows")), "Post"."id" FROM (SELECT "Post".* FROM "Post" AS "Post" WHERE TRUE ORDER BY "Post"."id" ASC LIMIT 21) AS "Post" ORDER BY "Post"."id" ASC

-- GET /api/v1/tags?select=name,posts(title,author(email))
-- → 200
SELECT "Tag"."name", json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Post_1"."title"), json((SELECT json_array(quote("Author_2"."email")) FROM "Author" AS "Author_2" WHERE "Author_2"."id" = "Post_1"."authorId" AND TRUE))) AS "row" FROM (SELECT "Post_1".* FROM "Post" AS "Post_1" INNER JOIN "_PostToTag" AS "_PostToTag" ON "_PostToTag"."A" = "Post_1"."id" WHERE "_PostToTag"."B" = "Tag"."id" AND TRUE ORDER BY "Post_1"."id" ASC LIMIT 1001) AS "Post_1" ORDER BY "Post_1"."id" ASC) AS "rows")), "Tag"."id" FROM (SELECT "Tag".* FROM "Tag" AS "Tag" WHERE TRUE ORDER BY "Tag"."id" ASC LIMIT 21) AS "Tag" ORDER BY "Tag"."id" ASC

---- Ordered, limited and filtered

-- GET /api/v1/authors?select=email,posts(title)&posts.order=words.desc&posts.limit=1
-- → 200
SELECT "Author"."email", json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Post_1"."title")) AS "row" FROM "Post" AS "Post_1" WHERE "Post_1"."authorId" = "Author"."id" AND TRUE ORDER BY "Post_1"."words" DESC, "Post_1"."id" ASC LIMIT 1) AS "rows")), "Author"."id" FROM (SELECT "Author".* FROM "Author" AS "Author" WHERE TRUE ORDER BY "Author"."id" ASC LIMIT 21) AS "Author" ORDER BY "Author"."id" ASC

-- GET /api/v1/authors?select=email,posts(title)&posts.limit=1&posts.offset=1
-- → 200
SELECT "Author"."email", json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Post_1"."title")) AS "row" FROM "Post" AS "Post_1" WHERE "Post_1"."authorId" = "Author"."id" AND TRUE ORDER BY "Post_1"."id" ASC LIMIT 1 OFFSET ?) AS "rows")), "Author"."id" FROM (SELECT "Author".* FROM "Author" AS "Author" WHERE TRUE ORDER BY "Author"."id" ASC LIMIT 21) AS "Author" ORDER BY "Author"."id" ASC
--   $1 = 1

-- GET /api/v1/authors?select=email,posts(title)&posts.words=gte.20
-- → 200
SELECT "Author"."email", json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Post_1"."title")) AS "row" FROM "Post" AS "Post_1" WHERE "Post_1"."authorId" = "Author"."id" AND "Post_1"."words" >= ? ORDER BY "Post_1"."id" ASC LIMIT 1001) AS "rows")), "Author"."id" FROM (SELECT "Author".* FROM "Author" AS "Author" WHERE TRUE ORDER BY "Author"."id" ASC LIMIT 21) AS "Author" ORDER BY "Author"."id" ASC
--   $1 = 20

-- GET /api/v1/authors?select=email,posts(title,comments(text))&posts.comments.text=like.F*&posts.comments.limit=1
-- → 200
SELECT "Author"."email", json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Post_1"."title"), json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Comment_2"."text")) AS "row" FROM "Comment" AS "Comment_2" WHERE "Comment_2"."postId" = "Post_1"."id" AND "Comment_2"."text" LIKE ? ESCAPE '\' ORDER BY "Comment_2"."id" ASC LIMIT 1) AS "rows"))) AS "row" FROM (SELECT "Post_1".* FROM "Post" AS "Post_1" WHERE "Post_1"."authorId" = "Author"."id" AND TRUE ORDER BY "Post_1"."id" ASC LIMIT 1001) AS "Post_1" ORDER BY "Post_1"."id" ASC) AS "rows")), "Author"."id" FROM (SELECT "Author".* FROM "Author" AS "Author" WHERE TRUE ORDER BY "Author"."id" ASC LIMIT 21) AS "Author" ORDER BY "Author"."id" ASC
--   $1 = 'F%'

-- GET /api/v1/posts?select=id,tags(name)&tags.order=name.desc&tags.limit=1
-- → 200
SELECT "Post"."id", json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Tag_1"."name")) AS "row" FROM "Tag" AS "Tag_1" INNER JOIN "_PostToTag" AS "_PostToTag" ON "_PostToTag"."B" = "Tag_1"."id" WHERE "_PostToTag"."A" = "Post"."id" AND TRUE ORDER BY "Tag_1"."name" DESC, "Tag_1"."id" ASC LIMIT 1) AS "rows")), "Post"."id" FROM (SELECT "Post".* FROM "Post" AS "Post" WHERE TRUE ORDER BY "Post"."id" ASC LIMIT 21) AS "Post" ORDER BY "Post"."id" ASC

-- GET /api/v1/posts?select=id,tags(name)&tags.name=in.(red,blue)
-- → 200
SELECT "Post"."id", json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Tag_1"."name")) AS "row" FROM "Tag" AS "Tag_1" INNER JOIN "_PostToTag" AS "_PostToTag" ON "_PostToTag"."B" = "Tag_1"."id" WHERE "_PostToTag"."A" = "Post"."id" AND "Tag_1"."name" IN (?, ?) ORDER BY "Tag_1"."id" ASC LIMIT 1001) AS "rows")), "Post"."id" FROM (SELECT "Post".* FROM "Post" AS "Post" WHERE TRUE ORDER BY "Post"."id" ASC LIMIT 21) AS "Post" ORDER BY "Post"."id" ASC
--   $1 = 'red'
--   $2 = 'blue'

-- GET /api/v1/posts?select=id,author(name)&author.name=eq.Ada
-- → 200
SELECT "Post"."id", json((SELECT json_array(quote("Author_1"."name")) FROM "Author" AS "Author_1" WHERE "Author_1"."id" = "Post"."authorId" AND "Author_1"."name" = ?)), "Post"."id" FROM (SELECT "Post".* FROM "Post" AS "Post" WHERE TRUE ORDER BY "Post"."id" ASC LIMIT 21) AS "Post" ORDER BY "Post"."id" ASC
--   $1 = 'Ada'

-- GET /api/v1/authors?select=email,posts(title)&posts.or=(words.gt.50,title.eq.Two)
-- → 200
SELECT "Author"."email", json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Post_1"."title")) AS "row" FROM "Post" AS "Post_1" WHERE "Post_1"."authorId" = "Author"."id" AND ("Post_1"."words" > ? OR "Post_1"."title" = ?) ORDER BY "Post_1"."id" ASC LIMIT 1001) AS "rows")), "Author"."id" FROM (SELECT "Author".* FROM "Author" AS "Author" WHERE TRUE ORDER BY "Author"."id" ASC LIMIT 21) AS "Author" ORDER BY "Author"."id" ASC
--   $1 = 50
--   $2 = 'Two'

---- Inner

-- GET /api/v1/posts?select=id,author!inner(name)
-- → 200
SELECT "Post"."id", json((SELECT json_array(quote("Author_1"."name")) FROM "Author" AS "Author_1" WHERE "Author_1"."id" = "Post"."authorId" AND TRUE)), "Post"."id" FROM (SELECT "Post".* FROM "Post" AS "Post" WHERE TRUE AND EXISTS(SELECT 1 FROM "Author" AS "Author_1_" WHERE "Author_1_"."id" = "Post"."authorId" AND TRUE) IS TRUE ORDER BY "Post"."id" ASC LIMIT 21) AS "Post" ORDER BY "Post"."id" ASC

-- GET /api/v1/posts?select=id,author!inner(name)&author.name=eq.Ada
-- → 200
SELECT "Post"."id", json((SELECT json_array(quote("Author_1"."name")) FROM "Author" AS "Author_1" WHERE "Author_1"."id" = "Post"."authorId" AND "Author_1"."name" = ?)), "Post"."id" FROM (SELECT "Post".* FROM "Post" AS "Post" WHERE TRUE AND EXISTS(SELECT 1 FROM "Author" AS "Author_1_" WHERE "Author_1_"."id" = "Post"."authorId" AND "Author_1_"."name" = ?) IS TRUE ORDER BY "Post"."id" ASC LIMIT 21) AS "Post" ORDER BY "Post"."id" ASC
--   $1 = 'Ada'
--   $2 = 'Ada'

-- GET /api/v1/authors?select=email,posts!inner(title)&posts.words=gt.50
-- → 200
SELECT "Author"."email", json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Post_1"."title")) AS "row" FROM "Post" AS "Post_1" WHERE "Post_1"."authorId" = "Author"."id" AND "Post_1"."words" > ? ORDER BY "Post_1"."id" ASC LIMIT 1001) AS "rows")), "Author"."id" FROM (SELECT "Author".* FROM "Author" AS "Author" WHERE TRUE AND EXISTS(SELECT 1 FROM "Post" AS "Post_1_" WHERE "Post_1_"."authorId" = "Author"."id" AND "Post_1_"."words" > ?) IS TRUE ORDER BY "Author"."id" ASC LIMIT 21) AS "Author" ORDER BY "Author"."id" ASC
--   $1 = 50
--   $2 = 50

-- GET /api/v1/posts?select=id,tags!inner(name)&tags.name=eq.red
-- → 200
SELECT "Post"."id", json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Tag_1"."name")) AS "row" FROM "Tag" AS "Tag_1" INNER JOIN "_PostToTag" AS "_PostToTag" ON "_PostToTag"."B" = "Tag_1"."id" WHERE "_PostToTag"."A" = "Post"."id" AND "Tag_1"."name" = ? ORDER BY "Tag_1"."id" ASC LIMIT 1001) AS "rows")), "Post"."id" FROM (SELECT "Post".* FROM "Post" AS "Post" WHERE TRUE AND EXISTS(SELECT 1 FROM "Tag" AS "Tag_1_" INNER JOIN "_PostToTag" AS "_PostToTag_" ON "_PostToTag_"."B" = "Tag_1_"."id" WHERE "_PostToTag_"."A" = "Post"."id" AND "Tag_1_"."name" = ?) IS TRUE ORDER BY "Post"."id" ASC LIMIT 21) AS "Post" ORDER BY "Post"."id" ASC
--   $1 = 'red'
--   $2 = 'red'

---- Present and absent

-- GET /api/v1/authors?select=email,posts(id)&posts=is.null
-- → 200
SELECT "Author"."email", json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Post_1"."id")) AS "row" FROM "Post" AS "Post_1" WHERE "Post_1"."authorId" = "Author"."id" AND TRUE ORDER BY "Post_1"."id" ASC LIMIT 1001) AS "rows")), "Author"."id" FROM (SELECT "Author".* FROM "Author" AS "Author" WHERE NOT EXISTS(SELECT 1 FROM "Post" AS "Post_1_" WHERE "Post_1_"."authorId" = "Author"."id" AND TRUE) IS TRUE ORDER BY "Author"."id" ASC LIMIT 21) AS "Author" ORDER BY "Author"."id" ASC

-- GET /api/v1/authors?select=email,posts(id)&posts=is.null&posts.words=gt.50
-- → 200
SELECT "Author"."email", json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Post_1"."id")) AS "row" FROM "Post" AS "Post_1" WHERE "Post_1"."authorId" = "Author"."id" AND "Post_1"."words" > ? ORDER BY "Post_1"."id" ASC LIMIT 1001) AS "rows")), "Author"."id" FROM (SELECT "Author".* FROM "Author" AS "Author" WHERE NOT EXISTS(SELECT 1 FROM "Post" AS "Post_1_" WHERE "Post_1_"."authorId" = "Author"."id" AND "Post_1_"."words" > ?) IS TRUE ORDER BY "Author"."id" ASC LIMIT 21) AS "Author" ORDER BY "Author"."id" ASC
--   $1 = 50
--   $2 = 50

-- GET /api/v1/authors?select=email,posts(id)&posts=is.not_null
-- → 200
SELECT "Author"."email", json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Post_1"."id")) AS "row" FROM "Post" AS "Post_1" WHERE "Post_1"."authorId" = "Author"."id" AND TRUE ORDER BY "Post_1"."id" ASC LIMIT 1001) AS "rows")), "Author"."id" FROM (SELECT "Author".* FROM "Author" AS "Author" WHERE EXISTS(SELECT 1 FROM "Post" AS "Post_1_" WHERE "Post_1_"."authorId" = "Author"."id" AND TRUE) IS TRUE ORDER BY "Author"."id" ASC LIMIT 21) AS "Author" ORDER BY "Author"."id" ASC

-- GET /api/v1/posts?select=id,author(name)&author=is.null
-- → 200
SELECT "Post"."id", json((SELECT json_array(quote("Author_1"."name")) FROM "Author" AS "Author_1" WHERE "Author_1"."id" = "Post"."authorId" AND TRUE)), "Post"."id" FROM (SELECT "Post".* FROM "Post" AS "Post" WHERE NOT EXISTS(SELECT 1 FROM "Author" AS "Author_1_" WHERE "Author_1_"."id" = "Post"."authorId" AND TRUE) IS TRUE ORDER BY "Post"."id" ASC LIMIT 21) AS "Post" ORDER BY "Post"."id" ASC

-- GET /api/v1/posts?select=id,tags(name)&tags=is.null
-- → 200
SELECT "Post"."id", json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Tag_1"."name")) AS "row" FROM "Tag" AS "Tag_1" INNER JOIN "_PostToTag" AS "_PostToTag" ON "_PostToTag"."B" = "Tag_1"."id" WHERE "_PostToTag"."A" = "Post"."id" AND TRUE ORDER BY "Tag_1"."id" ASC LIMIT 1001) AS "rows")), "Post"."id" FROM (SELECT "Post".* FROM "Post" AS "Post" WHERE NOT EXISTS(SELECT 1 FROM "Tag" AS "Tag_1_" INNER JOIN "_PostToTag" AS "_PostToTag_" ON "_PostToTag_"."B" = "Tag_1_"."id" WHERE "_PostToTag_"."A" = "Post"."id" AND TRUE) IS TRUE ORDER BY "Post"."id" ASC LIMIT 21) AS "Post" ORDER BY "Post"."id" ASC

---- Spread

-- GET /api/v1/posts?select=id,...author(name,email)
-- → 200
SELECT "Post"."id", json((SELECT json_array(quote("Author_1"."name"), quote("Author_1"."email")) FROM "Author" AS "Author_1" WHERE "Author_1"."id" = "Post"."authorId" AND TRUE)), "Post"."id" FROM (SELECT "Post".* FROM "Post" AS "Post" WHERE TRUE ORDER BY "Post"."id" ASC LIMIT 21) AS "Post" ORDER BY "Post"."id" ASC

-- GET /api/v1/posts?select=id,...author(who:name,...profile(bio))
-- → 200
SELECT "Post"."id", json((SELECT json_array(quote("Author_1"."name"), json((SELECT json_array(quote("Profile_2"."bio")) FROM "Profile" AS "Profile_2" WHERE "Profile_2"."authorId" = "Author_1"."id" AND TRUE))) FROM "Author" AS "Author_1" WHERE "Author_1"."id" = "Post"."authorId" AND TRUE)), "Post"."id" FROM (SELECT "Post".* FROM "Post" AS "Post" WHERE TRUE ORDER BY "Post"."id" ASC LIMIT 21) AS "Post" ORDER BY "Post"."id" ASC

-- GET /api/v1/posts?select=id,...author!inner(name)&author.name=eq.Bob
-- → 200
SELECT "Post"."id", json((SELECT json_array(quote("Author_1"."name")) FROM "Author" AS "Author_1" WHERE "Author_1"."id" = "Post"."authorId" AND "Author_1"."name" = ?)), "Post"."id" FROM (SELECT "Post".* FROM "Post" AS "Post" WHERE TRUE AND EXISTS(SELECT 1 FROM "Author" AS "Author_1_" WHERE "Author_1_"."id" = "Post"."authorId" AND "Author_1_"."name" = ?) IS TRUE ORDER BY "Post"."id" ASC LIMIT 21) AS "Post" ORDER BY "Post"."id" ASC
--   $1 = 'Bob'
--   $2 = 'Bob'

-- GET /api/v1/authors?select=email,...posts(title)
-- → 200
SELECT "Author"."email", json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Post_1"."title")) AS "row" FROM "Post" AS "Post_1" WHERE "Post_1"."authorId" = "Author"."id" AND TRUE ORDER BY "Post_1"."id" ASC LIMIT 1001) AS "rows")), "Author"."id" FROM (SELECT "Author".* FROM "Author" AS "Author" WHERE TRUE ORDER BY "Author"."id" ASC LIMIT 21) AS "Author" ORDER BY "Author"."id" ASC

---- Counts and aggregates

-- GET /api/v1/authors?select=email,posts(count())
-- → 200
SELECT "Author"."email", json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote(count(*))) AS "row" FROM "Post" AS "Post_1" WHERE "Post_1"."authorId" = "Author"."id" AND TRUE LIMIT 1001) AS "rows")), "Author"."id" FROM (SELECT "Author".* FROM "Author" AS "Author" WHERE TRUE ORDER BY "Author"."id" ASC LIMIT 21) AS "Author" ORDER BY "Author"."id" ASC

-- GET /api/v1/authors?select=email,posts(count(),words.sum())
-- → 200
SELECT "Author"."email", json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote(count(*)), quote(sum("Post_1"."words"))) AS "row" FROM "Post" AS "Post_1" WHERE "Post_1"."authorId" = "Author"."id" AND TRUE LIMIT 1001) AS "rows")), "Author"."id" FROM (SELECT "Author".* FROM "Author" AS "Author" WHERE TRUE ORDER BY "Author"."id" ASC LIMIT 21) AS "Author" ORDER BY "Author"."id" ASC

-- GET /api/v1/posts?select=id,tags(count())
-- → 200
SELECT "Post"."id", json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote(count(*))) AS "row" FROM "Tag" AS "Tag_1" INNER JOIN "_PostToTag" AS "_PostToTag" ON "_PostToTag"."B" = "Tag_1"."id" WHERE "_PostToTag"."A" = "Post"."id" AND TRUE LIMIT 1001) AS "rows")), "Post"."id" FROM (SELECT "Post".* FROM "Post" AS "Post" WHERE TRUE ORDER BY "Post"."id" ASC LIMIT 21) AS "Post" ORDER BY "Post"."id" ASC

-- GET /api/v1/authors?select=email,posts(authorId,words.max())
-- → 200
SELECT "Author"."email", json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Post_1"."authorId"), quote(max("Post_1"."words"))) AS "row" FROM "Post" AS "Post_1" WHERE "Post_1"."authorId" = "Author"."id" AND TRUE GROUP BY "Post_1"."authorId" LIMIT 1001) AS "rows")), "Author"."id" FROM (SELECT "Author".* FROM "Author" AS "Author" WHERE TRUE ORDER BY "Author"."id" ASC LIMIT 21) AS "Author" ORDER BY "Author"."id" ASC

---- Ordered by an embedded row, with a total

-- GET /api/v1/posts?select=id,author(name)&order=author(name).desc.nullslast&count=exact&limit=2
-- → 200
SELECT (SELECT COUNT(*) FROM "Post" AS "Post_1" LEFT JOIN "Author" AS "Author_2" ON "Author_2"."id" = "Post_1"."authorId" AND TRUE WHERE TRUE), json((SELECT json_group_array(json("row")) FROM (SELECT json_array(quote("Post"."id"), json((SELECT json_array(quote("Author_1"."name")) FROM "Author" AS "Author_1" WHERE "Author_1"."id" = "Post"."authorId" AND TRUE)), quote("Post"."order 0"), quote("Post"."id")) AS "row" FROM (SELECT "Post".*, "Author_1_"."name" AS "order 0" FROM "Post" AS "Post" LEFT JOIN "Author" AS "Author_1_" ON "Author_1_"."id" = "Post"."authorId" AND TRUE WHERE TRUE ORDER BY "Author_1_"."name" DESC NULLS LAST, "Post"."id" ASC LIMIT 3) AS "Post" ORDER BY "Post"."order 0" DESC NULLS LAST, "Post"."id" ASC) AS "rows"))

---- Of a table that refers to itself, and by two ways

-- GET /api/v1/comments?select=text,post(title,author(name)),author(name)
-- → 200
SELECT "Comment"."text", json((SELECT json_array(quote("Post_1"."title"), json((SELECT json_array(quote("Author_2"."name")) FROM "Author" AS "Author_2" WHERE "Author_2"."id" = "Post_1"."authorId" AND TRUE))) FROM "Post" AS "Post_1" WHERE "Post_1"."id" = "Comment"."postId" AND TRUE)), json((SELECT json_array(quote("Author_1"."name")) FROM "Author" AS "Author_1" WHERE "Author_1"."id" = "Comment"."authorId" AND TRUE)), "Comment"."id" FROM (SELECT "Comment".* FROM "Comment" AS "Comment" WHERE TRUE ORDER BY "Comment"."id" ASC LIMIT 21) AS "Comment" ORDER BY "Comment"."id" ASC

-- GET /api/v1/authors?select=email,manager(email,manager(email))
-- → 200
SELECT "Author"."email", json((SELECT json_array(quote("Author_1"."email"), json((SELECT json_array(quote("Author_2"."email")) FROM "Author" AS "Author_2" WHERE "Author_2"."id" = "Author_1"."managerId" AND TRUE))) FROM "Author" AS "Author_1" WHERE "Author_1"."id" = "Author"."managerId" AND TRUE)), "Author"."id" FROM (SELECT "Author".* FROM "Author" AS "Author" WHERE TRUE ORDER BY "Author"."id" ASC LIMIT 21) AS "Author" ORDER BY "Author"."id" ASC
