// Refract, called from this app's server only: SECRET_KEY must not reach the browser.
import "server-only"
import { createClient } from "@refract-sidecar/client"
import { models, type Schema } from "./refract"

export const api = createClient<Schema>({
  url: process.env.REFRACT_URL ?? "http://127.0.0.1:8000",
  key: process.env.SECRET_KEY,
  models,
})

/** The tag of what is cached about a user's projects. */
export const projectsTag = (userId: string) => `projects:${userId}`

/** A task of one of the user's own projects, or null. */
export const ownTask = (id: string, userId: string) =>
  api.tasks.first({
    where: { id, project: { is: { ownerId: userId } } },
    include: { project: true, tags: true, comments: { include: { author: true }, orderBy: { createdAt: "asc" } } },
  })

/** A project of the user's own, or null. */
export const ownProject = (slug: string, userId: string) => api.projects.first({ where: { slug, ownerId: userId } })
