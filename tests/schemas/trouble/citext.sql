-- What postgres.sql leaves out because it needs an extension: text compared without regard to case.

CREATE EXTENSION IF NOT EXISTS citext;

CREATE TABLE "Account" (
    "id" SERIAL NOT NULL,
    "email" CITEXT NOT NULL,
    "aliases" CITEXT[],

    CONSTRAINT "Account_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "Account_email_key" ON "Account"("email");
