"use client"

import { useActionState } from "react"
import { createProject, createTask, login, saveTask, type FormState, type TaskState } from "./actions"

const EMPTY: FormState = { values: {}, errors: {} }

function Field({ state, name, label, ...more }: { state: FormState; name: string; label: string; placeholder?: string; type?: string }) {
  const error = state.errors[name]
  return (
    <label>
      {label}
      <input
        key={state.values[name]}
        name={name}
        defaultValue={state.values[name]}
        aria-invalid={error ? true : undefined}
        aria-describedby={error ? `${name}-error` : undefined}
        {...more}
      />
      {error && <span className="error" id={`${name}-error`} role="alert">{error}</span>}
    </label>
  )
}

export function LoginForm() {
  const [state, action, pending] = useActionState(login, EMPTY)
  return (
    <form action={action} className="card" noValidate>
      <Field state={state} name="email" label="E-mail" type="email" placeholder="ada@example.com" />
      <Field state={state} name="name" label="Name" placeholder="Ada Lovelace" />
      <button disabled={pending}>Sign in</button>
    </form>
  )
}

export function ProjectForm() {
  const [state, action, pending] = useActionState(createProject, EMPTY)
  return (
    <form action={action} className="card">
      <h2>New project</h2>
      <Field state={state} name="name" label="Name" placeholder="Garden" />
      <Field state={state} name="slug" label="Address" placeholder="garden" />
      <button disabled={pending}>Create project</button>
    </form>
  )
}

export function NewTaskForm({ slug }: { slug: string }) {
  const [state, action, pending] = useActionState(createTask.bind(null, slug), EMPTY)
  return (
    <form action={action} className="card">
      <h2>New task</h2>
      <Field state={state} name="title" label="Title" placeholder="Plant tomatoes" />
      <Field state={state} name="tags" label="Tags, with commas between them" placeholder="spring, outdoors" />
      <button disabled={pending}>Add task</button>
    </form>
  )
}

export function TaskForm({ id, task }: { id: string; task: TaskState }) {
  const [state, action, pending] = useActionState(saveTask.bind(null, id), task)
  return (
    <form action={action} className="card" key={state.etag + state.message}>
      <input type="hidden" name="etag" value={state.etag} />
      <label>
        Title
        <input name="title" defaultValue={state.title} />
      </label>
      <label>
        Notes
        <textarea name="notes" rows={4} defaultValue={state.notes} />
      </label>
      <label>
        Status
        <select name="status" defaultValue={state.status}>
          <option value="OPEN">Open</option>
          <option value="DOING">Doing</option>
          <option value="DONE">Done</option>
        </select>
      </label>
      {state.message && <p role="status" className={state.theirs ? "error" : undefined}>{state.message}</p>}
      {state.theirs && (
        <dl className="theirs" aria-label="What the other person has saved">
          <dt>Their title</dt>
          <dd>{state.theirs.title}</dd>
          <dt>Their notes</dt>
          <dd>{state.theirs.notes || "none"}</dd>
          <dt>Their status</dt>
          <dd>{state.theirs.status.toLowerCase()}</dd>
        </dl>
      )}
      <button disabled={pending}>Save task</button>
    </form>
  )
}
