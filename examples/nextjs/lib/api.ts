// Refract, called from this app's server only: SECRET_KEY must not reach the browser.
import "server-only"
import { createClient } from "@refract-sidecar/client"
import { models, type Schema } from "./refract"

const server = { url: process.env.REFRACT_URL ?? "http://127.0.0.1:8000", key: process.env.SECRET_KEY }

export const api = createClient<Schema>({ ...server, models })

/** The tag of what is cached about a user's projects. */
export const projectsTag = (userId: string) => `projects:${userId}`

/** How many tasks each project of the user has, and how many of them are not done. The database counts them. */
export async function taskCounts(userId: string) {
  // The client has no groups yet, and a request is a URL.
  const counted = async (more: Record<string, string>) => {
    const query = new URLSearchParams({ select: "projectId,count(),project!inner()", "project.ownerId": `eq.${userId}`, limit: "100", ...more })
    const answer = await fetch(`${server.url}/api/v1/tasks?${query}`, {
      headers: server.key ? { authorization: `Bearer ${server.key}` } : {},
      cache: "force-cache",
      next: { tags: [projectsTag(userId)] },
    })
    if (!answer.ok) throw new Error(`The tasks cannot be counted: ${answer.status}`)
    const { data } = (await answer.json()) as { data: { projectId: string; count: number }[] }
    return new Map(data.map((group) => [group.projectId, group.count]))
  }
  const [all, open] = await Promise.all([counted({}), counted({ status: "neq.DONE" })])
  return (projectId: string) => ({ all: all.get(projectId) ?? 0, open: open.get(projectId) ?? 0 })
}

/** A task of one of the user's own projects, or null. */
export const ownTask = (id: string, userId: string) =>
  api.tasks.first({
    where: { id, project: { is: { ownerId: userId } } },
    include: { project: true, tags: true, comments: { include: { author: true }, orderBy: { createdAt: "asc" } } },
  })

/** A project of the user's own, or null. */
export const ownProject = (slug: string, userId: string) => api.projects.first({ where: { slug, ownerId: userId } })
