import Link from "next/link"
import { api, projectsTag } from "@/lib/api"
import { ProjectForm } from "@/lib/forms"
import { requireUser } from "@/lib/session"

export default async function Home() {
  const user = await requireUser()
  // Next.js keeps the answer until an action updates its tag.
  const projects = await api.projects.list(
    {
      where: { ownerId: user.id },
      select: { id: true, slug: true, name: true, tasks: { select: { status: true }, take: 100 } },
      orderBy: { createdAt: "desc" },
      take: 100,
    },
    { cache: "force-cache", next: { tags: [projectsTag(user.id)] } },
  )
  return (
    <>
      <h1>Your projects</h1>
      {projects.length === 0 && <p>You have no project yet.</p>}
      <ul className="list">
        {projects.map((project) => (
          <li key={project.id}>
            <Link href={`/projects/${project.slug}`}>{project.name}</Link>
            <span className="aside">
              {project.tasks.filter((task) => task.status !== "DONE").length} open of {project.tasks.length}
            </span>
          </li>
        ))}
      </ul>
      <ProjectForm />
    </>
  )
}
