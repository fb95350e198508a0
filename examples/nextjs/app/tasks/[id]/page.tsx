import { etagOf } from "@refract-sidecar/client"
import Link from "next/link"
import { notFound } from "next/navigation"
import { addComment } from "@/lib/actions"
import { api, ownTask } from "@/lib/api"
import { TaskForm } from "@/lib/forms"
import { requireUser } from "@/lib/session"

export default async function Task({ params }: { params: Promise<{ id: string }> }) {
  const user = await requireUser()
  const { id } = await params
  const task = await ownTask(id, user.id)
  // The row alone has the ETag that a change is compared with.
  const row = task && (await api.tasks.get({ where: { id } }))
  if (!task || !row) notFound()
  const { title, notes, status } = row
  return (
    <>
      <p><Link href={`/projects/${task.project.slug}`}>{task.project.name}</Link></p>
      <h1>{title}</h1>
      <TaskForm id={id} task={{ title, notes, status, etag: etagOf(row) ?? "", message: "" }} />
      <section className="card">
        <h2>Comments</h2>
        {task.comments.map((comment) => (
          <p key={comment.id}><strong>{comment.author.name ?? comment.author.email}</strong> {comment.text}</p>
        ))}
        <form action={addComment.bind(null, id)}>
          <label>Comment<input name="text" /></label>
          <button>Add comment</button>
        </form>
      </section>
    </>
  )
}
