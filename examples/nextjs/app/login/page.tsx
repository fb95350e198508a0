import { redirect } from "next/navigation"
import { LoginForm } from "@/lib/forms"
import { currentUser } from "@/lib/session"

export default async function Login() {
  if (await currentUser()) redirect("/")
  return (
    <>
      <h1>Sign in</h1>
      <LoginForm />
    </>
  )
}
