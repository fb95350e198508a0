import Link from "next/link"
import { api, projectsTag, taskCounts } from "@/lib/api"
import { ProjectForm } from "@/lib/forms"
import { requireUser } from "@/lib/session"

export default async function Home() {
  const user = await requireUser()
  // Next.js keeps the answer until an action updates its tag.
  const [projects, count] = await Promise.all([
    api.projects.list(
      {
        where: { ownerId: user.id },
        select: { id: true, slug: true, name: true },
        orderBy: { createdAt: "desc" },
        take: 100,
      },
      { cache: "force-cache", next: { tags: [projectsTag(user.id)] } },
    ),
    taskCounts(user.id),
  ])
  return (
    <>
      <h1>Your projects</h1>
      {projects.length === 0 && <p>You have no project yet.</p>}
      <ul className="list">
        {projects.map((project) => (
          <li key={project.id}>
            <Link href={`/projects/${project.slug}`}>{project.name}</Link>
            <span className="aside">
              {count(project.id).open} open of {count(project.id).all}
            </span>
          </li>
        ))}
      </ul>
      <ProjectForm />
    </>
  )
}
