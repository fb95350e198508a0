// Sessions in the database, as Auth.js keeps them: a row of Session, and its token in a cookie.
import "server-only"
import { randomBytes } from "node:crypto"
import { cookies } from "next/headers"
import { redirect } from "next/navigation"
import { cache } from "react"
import { api } from "./api"

const COOKIE = "session-token"
const DAYS = 30

/** The user who is signed in, or null. It is read once for each request. */
export const currentUser = cache(async () => {
  const token = (await cookies()).get(COOKIE)?.value
  if (!token) return null
  const session = await api.sessions.get({ where: { sessionToken: token }, include: { user: true } })
  // Refract writes moments in UTC.
  return session && new Date(session.expires) > new Date() ? session.user : null
})

/** The user who is signed in. Others are led to the login page. */
export async function requireUser() {
  return (await currentUser()) ?? redirect("/login")
}

/** Signs in whoever has this address. It asks for no proof, so production needs another way: see the README. */
export async function signIn(email: string, name: string) {
  const user = await api.users.upsert({ data: name ? { email, name } : { email }, onConflict: ["email"] })
  const sessionToken = randomBytes(32).toString("base64url")
  const expires = new Date(Date.now() + DAYS * 24 * 60 * 60 * 1000)
  await api.sessions.create({ data: { sessionToken, expires, userId: user.id } })
  const jar = await cookies()
  jar.set(COOKIE, sessionToken, { httpOnly: true, sameSite: "lax", path: "/", expires, secure: process.env.COOKIE_SECURE === "true" })
}

export async function signOut() {
  const jar = await cookies()
  const token = jar.get(COOKIE)?.value
  if (token) await api.sessions.deleteMany({ where: { sessionToken: token } })
  jar.delete(COOKIE)
}
