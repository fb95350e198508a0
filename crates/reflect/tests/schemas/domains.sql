-- Domains: NOT NULL ones, over arrays, over enums, over other domains.
CREATE TYPE "Mood" AS ENUM ('good', 'bad');
CREATE DOMAIN "email" AS VARCHAR(320) CHECK (VALUE LIKE '%@%');
CREATE DOMAIN "required_email" AS "email" NOT NULL;
CREATE DOMAIN "tags" AS TEXT[];
CREATE DOMAIN "mood_domain" AS "Mood" DEFAULT 'good';
CREATE DOMAIN "amount" AS NUMERIC(12, 4);
CREATE TABLE "Person" ("id" SERIAL PRIMARY KEY, "email" "required_email", "backup" "email", "tags" "tags", "mood" "mood_domain", "amount" "amount", "emails" "email"[], "tag_lists" "tags"[]);
