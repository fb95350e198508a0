-- Embeddings: pgvector's type, where the extension is installed.
CREATE EXTENSION IF NOT EXISTS vector;
CREATE TABLE "Document" ("id" TEXT NOT NULL PRIMARY KEY, "embedding" vector(3), "title" TEXT NOT NULL);
