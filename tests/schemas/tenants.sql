-- Prisma's multiSchema and same-shaped schemas in one database: each tenant has the same tables and
-- enum type in a schema of its own, made by the same migration; plans are shared by all.
CREATE SCHEMA "shared";
CREATE TABLE "shared"."Plan" ("id" TEXT NOT NULL PRIMARY KEY, "price" DECIMAL(10,2) NOT NULL DEFAULT 0);
-- The name of a tenant's table, but of no tenant.
CREATE TABLE "shared"."Member" ("id" INTEGER NOT NULL PRIMARY KEY, "tenant" TEXT NOT NULL);
INSERT INTO "shared"."Plan" VALUES ('free', 0), ('team', 19.9);

CREATE SCHEMA "tenant_a";
CREATE TYPE "tenant_a"."Role" AS ENUM ('OWNER', 'GUEST');
CREATE TABLE "tenant_a"."Member" (
    "id" TEXT NOT NULL, "email" TEXT NOT NULL, "role" "tenant_a"."Role" NOT NULL DEFAULT 'GUEST',
    "planId" TEXT, CONSTRAINT "Member_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "Member_planId_fkey" FOREIGN KEY ("planId") REFERENCES "shared"."Plan"("id")
);
CREATE UNIQUE INDEX "Member_email_key" ON "tenant_a"."Member"("email");
CREATE TABLE "tenant_a"."Note" (
    "id" SERIAL NOT NULL, "text" TEXT NOT NULL, "memberId" TEXT NOT NULL,
    CONSTRAINT "Note_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "Note_memberId_fkey" FOREIGN KEY ("memberId") REFERENCES "tenant_a"."Member"("id")
);
CREATE VIEW "tenant_a"."owners" AS SELECT "id", "email" FROM "tenant_a"."Member" WHERE "role" = 'OWNER';

CREATE SCHEMA "tenant_b";
CREATE TYPE "tenant_b"."Role" AS ENUM ('OWNER', 'GUEST');
CREATE TABLE "tenant_b"."Member" (
    "id" TEXT NOT NULL, "email" TEXT NOT NULL, "role" "tenant_b"."Role" NOT NULL DEFAULT 'GUEST',
    "planId" TEXT, CONSTRAINT "Member_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "Member_planId_fkey" FOREIGN KEY ("planId") REFERENCES "shared"."Plan"("id")
);
CREATE UNIQUE INDEX "Member_email_key" ON "tenant_b"."Member"("email");
CREATE TABLE "tenant_b"."Note" (
    "id" SERIAL NOT NULL, "text" TEXT NOT NULL, "memberId" TEXT NOT NULL,
    CONSTRAINT "Note_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "Note_memberId_fkey" FOREIGN KEY ("memberId") REFERENCES "tenant_b"."Member"("id")
);
CREATE VIEW "tenant_b"."owners" AS SELECT "id", "email" FROM "tenant_b"."Member" WHERE "role" = 'OWNER';
