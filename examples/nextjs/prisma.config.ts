import { defineConfig } from "prisma/config"

try {
  process.loadEnvFile(".env")
} catch {
  // There is none: the variables come from the environment.
}

export default defineConfig({
  schema: "prisma/schema.prisma",
  migrations: { path: "prisma/migrations" },
  datasource: { url: process.env.DATABASE_URL ?? "" },
})
