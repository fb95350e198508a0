-- Enum types: odd labels, labels apart only by case, arrays, names that are taken.
CREATE TYPE "PageStatus" AS ENUM ('DRAFT', 'PUBLISHED', 'ERROR', 'Value', 'Self_');
CREATE TYPE "Odd" AS ENUM ('1st', 'a-b', 'a b', 'a_b', '', '+', '-', 'ümlaut', '日本', 'with "quotes"', 'back\slash', 'true');
CREATE TYPE "CaseOnly" AS ENUM ('A_B', 'a_b', 'AB', 'ab');
CREATE TYPE "Keyword" AS ENUM ('self', 'super', 'type');
CREATE TYPE "Option" AS ENUM ('Some', 'None', 'Ok', 'Err');
CREATE TYPE "String" AS ENUM ('Value', 'ValueVec', 'Error', 'Iterator', 'Item');
CREATE TYPE "Model" AS ENUM ('Entity', 'Column');
CREATE TYPE "Status" AS ENUM ('on', 'off');
CREATE TYPE "StatusEnum" AS ENUM ('on', 'off');
CREATE TYPE "StatusVariant" AS ENUM ('on', 'off');
CREATE TYPE "status" AS ENUM ('up', 'down');
CREATE TYPE "page_" AS ENUM ('front', 'back');
CREATE TYPE "Unused" AS ENUM ('x');
CREATE TABLE "Page" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "status" "PageStatus" NOT NULL DEFAULT 'DRAFT',
    "history" "PageStatus"[] DEFAULT ARRAY['DRAFT', 'PUBLISHED']::"PageStatus"[],
    "odd" "Odd", "case_only" "CaseOnly" NOT NULL, "case_list" "CaseOnly"[], "keyword" "Keyword",
    "option" "Option", "string" "String" NOT NULL, "model" "Model",
    "s1" "Status", "s2" "StatusEnum", "s3" "StatusVariant", "s4" "status", "side" "page_"
);
CREATE TABLE "PageSide" ("side" "page_" NOT NULL, "status" "PageStatus" NOT NULL, PRIMARY KEY ("side", "status"));
CREATE VIEW "published" AS SELECT "id", "status", "history" FROM "Page" WHERE "status" = 'PUBLISHED';
