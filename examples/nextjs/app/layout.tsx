import type { Metadata } from "next"
import Link from "next/link"
import type { ReactNode } from "react"
import { logout } from "@/lib/actions"
import { currentUser } from "@/lib/session"
import "./style.css"

export const metadata: Metadata = { title: "Projects", description: "An app that reads and writes through Refract" }

export default async function Layout({ children }: { children: ReactNode }) {
  const user = await currentUser()
  return (
    <html lang="en">
      <body>
        <header>
          <Link href="/" className="brand">Projects</Link>
          {user && (
            <form action={logout}>
              <span className="who">{user.name ?? user.email}</span>
              <button className="quiet">Sign out</button>
            </form>
          )}
        </header>
        <main>{children}</main>
      </body>
    </html>
  )
}
