import { isRefractError } from "@refract-sidecar/client"
import Link from "next/link"
import { notFound } from "next/navigation"
import { api, ownProject } from "@/lib/api"
import { NewTaskForm } from "@/lib/forms"
import { requireUser } from "@/lib/session"

interface Props {
  params: Promise<{ slug: string }>
  searchParams: Promise<{ after?: string | string[] }>
}

export default async function Project({ params, searchParams }: Props) {
  const user = await requireUser()
  const { slug } = await params
  const { after } = await searchParams
  const project = await ownProject(slug, user.id)
  if (!project) notFound()
  const ask = (cursor?: string) =>
    api.tasks.page({
      where: { projectId: project.id },
      include: { tags: true },
      orderBy: [{ createdAt: "desc" }, { id: "asc" }],
      take: 5,
      count: "exact",
      cursor,
    })
  // A cursor that somebody has made up is refused: the first page is shown then.
  const { data: tasks, nextCursor, total } = await ask(typeof after === "string" ? after : undefined).catch((error) => {
    if (after && isRefractError(error) && error.status === 400) return ask()
    throw error
  })
  return (
    <>
      <h1>{project.name}</h1>
      <p>
        {total} tasks · <a href={`/api/projects/${project.slug}/csv`}>as CSV</a>
      </p>
      <ul className="list">
        {tasks.map((task) => (
          <li key={task.id}>
            <Link href={`/tasks/${task.id}`}>{task.title}</Link>
            {task.tags.map((tag) => <span key={tag.id} className="tag">{tag.name}</span>)}
            <span className={`aside status ${task.status}`}>{task.status.toLowerCase()}</span>
          </li>
        ))}
      </ul>
      {nextCursor && <Link href={`/projects/${project.slug}?after=${encodeURIComponent(nextCursor)}`}>Older tasks</Link>}
      <NewTaskForm slug={project.slug} />
    </>
  )
}
