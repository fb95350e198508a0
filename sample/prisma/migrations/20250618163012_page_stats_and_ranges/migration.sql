-- AlterTable
ALTER TABLE "UserInteraction" ADD COLUMN     "rating" INTEGER;

-- Written by hand: Prisma Migrate creates neither checks nor views.

-- AddCheck
ALTER TABLE "UserInteraction" ADD CONSTRAINT "UserInteraction_rating_check" CHECK ("rating" BETWEEN 1 AND 5);

-- AddCheck
ALTER TABLE "Recommendation" ADD CONSTRAINT "Recommendation_score_check" CHECK ("score" >= 0 AND "score" <= 1);

-- CreateView
CREATE VIEW "PageStats" AS
SELECT
    page."id" AS "pageId",
    page."slug",
    page."status",
    author."name" AS "authorName",
    COALESCE(SUM(visit."count"), 0)::BIGINT AS "views",
    MAX(visit."day") AS "lastViewed"
FROM "Page" AS page
JOIN "User" AS author ON author."id" = page."authorId"
LEFT JOIN "PageView" AS visit ON visit."pageId" = page."id"
GROUP BY page."id", page."slug", page."status", author."name";
