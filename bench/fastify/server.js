// The benches' resources as an ordinary developer writes them with Fastify and Prisma Client.

import cluster from "node:cluster";
import process from "node:process";

import { PrismaPg } from "@prisma/adapter-pg";
import fastify from "fastify";

import { Prisma, PrismaClient } from "./generated/index.js";

const WORKERS = 2;

if (cluster.isPrimary) {
  for (let worker = 0; worker < WORKERS; worker += 1) cluster.fork();
  cluster.on("exit", () => process.exit(1));
} else {
  await serve();
}

async function serve() {
  const adapter = new PrismaPg({ connectionString: process.env.DATABASE_URL });
  const prisma = new PrismaClient({ adapter });
  const app = fastify();

  app.get("/api/v1/users", async (request) => {
    const take = Number(request.query.limit ?? 20);
    return page(await prisma.user.findMany({ orderBy: { id: "asc" }, take }));
  });

  app.get("/api/v1/users/:id", async (request, reply) => {
    const user = await prisma.user.findUnique({ where: { id: request.params.id } });
    return user ?? reply.code(404).send();
  });

  const name = { type: ["string", "null"] };
  const create = {
    type: "object",
    required: ["email"],
    properties: { email: { type: "string" }, name },
  };
  const body = { oneOf: [create, { type: "array", items: create }] };
  app.post("/api/v1/users", { schema: { body } }, async (request, reply) => {
    const data = request.body;
    if (request.query.onConflict === "email") return reply.code(201).send(await upsertAll(data));
    if (Array.isArray(data)) {
      return reply.code(201).send(await prisma.user.createManyAndReturn({ data }));
    }
    const user = await prisma.user.create({ data });
    return reply.code(201).header("Location", `/api/v1/users/${user.id}`).send(user);
  });

  // All or nothing: Prisma has no upsert of many rows.
  async function upsertAll(rows) {
    const upserts = rows.map(({ email, ...update }) =>
      prisma.user.upsert({ where: { email }, create: { email, ...update }, update }),
    );
    return { data: await prisma.$transaction(upserts) };
  }

  const post = {
    type: "object",
    required: ["title", "body", "author"],
    properties: { title: { type: "string" }, body: { type: "string" } },
  };
  // `author` and `tags` are as Prisma takes them.
  app.post("/api/v1/posts", { schema: { body: post } }, async (request, reply) => {
    const created = await prisma.post.create({ data: request.body });
    return reply.code(201).header("Location", `/api/v1/posts/${created.id}`).send(created);
  });

  const update = { type: "object", properties: { name } };
  app.patch("/api/v1/users/:id", { schema: { body: update } }, async (request, reply) => {
    try {
      return await prisma.user.update({ where: { id: request.params.id }, data: request.body });
    } catch (error) {
      // No such row.
      if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === "P2025") {
        return reply.code(404).send();
      }
      throw error;
    }
  });

  // The one filter and order that the benches ask for.
  app.get("/api/v1/posts", async (request) => {
    const posts = await prisma.post.findMany({
      where: { status: request.query.status.replace(/^eq\./, "") },
      orderBy: [{ publishedAt: "desc" }, { id: "asc" }],
      take: Number(request.query.limit ?? 20),
    });
    return page(posts);
  });

  await app.listen({ host: process.env.HOST, port: Number(process.env.PORT) });
}

function page(data) {
  return { data, nextCursor: null, total: null };
}
