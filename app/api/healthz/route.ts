/** Alive: this process answers. Says nothing about what it depends on, so that an outage elsewhere restarts nobody. */
export function GET(): Response {
  return Response.json({ status: 'ok' })
}

export const dynamic = 'force-dynamic'
