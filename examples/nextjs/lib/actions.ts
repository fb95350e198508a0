"use server"

import { etagOf, isRefractError } from "@refract-sidecar/client"
import { updateTag } from "next/cache"
import { redirect } from "next/navigation"
import { api, ownProject, ownTask, projectsTag } from "./api"
import type { TaskStatus } from "./refract"
import { requireUser, signIn, signOut } from "./session"

/** What a form shows after it was sent: what was typed, and the message of each field at fault. */
export interface FormState {
  values: Record<string, string>
  errors: Record<string, string>
}

const STATUSES: readonly TaskStatus[] = ["OPEN", "DOING", "DONE"]

const text = (form: FormData, name: string) => {
  const value = form.get(name)
  // Browsers send the lines of a textarea with CRLF.
  return typeof value === "string" ? value.replaceAll("\r\n", "\n").trim() : ""
}

export async function login(_: FormState, form: FormData): Promise<FormState> {
  const values = { email: text(form, "email"), name: text(form, "name") }
  if (process.env.DEVELOPMENT_SIGN_IN !== "true") {
    return { values, errors: { email: "Set DEVELOPMENT_SIGN_IN=true to sign in without a proof." } }
  }
  if (!/^\S+@\S+$/.test(values.email)) return { values, errors: { email: "This is not an e-mail address." } }
  await signIn(values.email.toLowerCase(), values.name)
  redirect("/")
}

export async function logout() {
  await signOut()
  redirect("/login")
}

export async function createProject(_: FormState, form: FormData): Promise<FormState> {
  const user = await requireUser()
  const values = { name: text(form, "name"), slug: text(form, "slug") }
  const errors: Record<string, string> = {}
  if (!values.name) errors.name = "A project needs a name."
  if (!/^[a-z0-9-]+$/.test(values.slug)) errors.slug = "Use small letters, digits and hyphens."
  if (Object.keys(errors).length) return { values, errors }
  const { data, error } = await api.$safe.projects.create({ data: { ...values, owner: { connect: { id: user.id } } } })
  if (error) {
    // Two requests may ask for one slug at a time: only the database knows who was first.
    if (error.code === "unique_violation") return { values, errors: error.fields }
    throw error
  }
  updateTag(projectsTag(user.id))
  redirect(`/projects/${data.slug}`)
}

export async function createTask(slug: string, _: FormState, form: FormData): Promise<FormState> {
  const user = await requireUser()
  const values = { title: text(form, "title"), tags: text(form, "tags") }
  if (!values.title) return { values, errors: { title: "A task needs a title." } }
  const project = await ownProject(slug, user.id)
  if (!project) redirect("/")
  const names = [...new Set(values.tags.split(",").map((tag) => tag.trim()).filter(Boolean))]
  // The task, its new tags and the links between them are written in one request: all of them or none.
  await api.tasks.create({
    data: {
      title: values.title,
      project: { connect: { id: project.id } },
      tags: { connectOrCreate: names.map((name) => ({ where: { name }, create: { name } })) },
    },
  })
  updateTag(projectsTag(user.id))
  redirect(`/projects/${slug}`)
}

/** What the form of a task shows. `theirs` is there if somebody else has changed the task meanwhile. */
export interface TaskState {
  title: string
  notes: string
  status: TaskStatus
  etag: string
  message: string
  theirs?: { title: string; notes: string; status: TaskStatus }
}

export async function saveTask(id: string, before: TaskState, form: FormData): Promise<TaskState> {
  const user = await requireUser()
  const status = STATUSES.find((one) => one === text(form, "status")) ?? before.status
  const mine = { title: text(form, "title"), notes: text(form, "notes"), status }
  const etag = text(form, "etag")
  if (!mine.title) return { ...mine, etag, message: "A task needs a title." }
  if (!(await ownTask(id, user.id))) redirect("/")
  try {
    // Refract changes the row only if it is still the one that this person has seen.
    await api.tasks.update({ where: { id }, data: mine, ifMatch: etag })
  } catch (error) {
    if (!isRefractError(error) || error.code !== "precondition_failed") throw error
    const now = await api.tasks.get({ where: { id } })
    if (!now) redirect("/")
    const { title, notes, status } = now
    return {
      ...mine,
      etag: etagOf(now) ?? "",
      message: "Somebody has changed this task meanwhile. Save again to keep yours.",
      theirs: { title, notes, status },
    }
  }
  updateTag(projectsTag(user.id))
  const saved = await api.tasks.getOrThrow({ where: { id } })
  return { ...mine, etag: etagOf(saved) ?? "", message: "Saved." }
}

export async function addComment(id: string, form: FormData) {
  const user = await requireUser()
  const comment = text(form, "text")
  if (comment && (await ownTask(id, user.id))) {
    await api.comments.create({ data: { text: comment, task: { connect: { id } }, author: { connect: { id: user.id } } } })
  }
  redirect(`/tasks/${id}`)
}
