import { api, ownProject } from "@/lib/api"
import { currentUser } from "@/lib/session"

// A text that begins like a formula is not to be one in a spreadsheet.
const cell = (value: string) => `"${(/^[=+\-@\t\r]/.test(value) ? `'${value}` : value).replaceAll('"', '""')}"`

/** The tasks of a project, read and sent page by page. */
export async function GET(_: Request, { params }: { params: Promise<{ slug: string }> }) {
  const user = await currentUser()
  if (!user) return new Response("Sign in first.\n", { status: 401 })
  const project = await ownProject((await params).slug, user.id)
  if (!project) return new Response("There is no such project.\n", { status: 404 })
  const rows = api.tasks.all({ where: { projectId: project.id }, select: { title: true, status: true }, take: 100 })
  const encoder = new TextEncoder()
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(encoder.encode("title,status\r\n"))
    },
    async pull(controller) {
      const { value, done } = await rows.next()
      if (done) controller.close()
      else controller.enqueue(encoder.encode(`${cell(value.title)},${value.status}\r\n`))
    },
    async cancel() {
      await rows.return()
    },
  })
  return new Response(body, { headers: { "Content-Type": "text/csv; charset=utf-8" } })
}
