import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'
import type { DemoAccess } from '#scripts/app/demo.ts'
import { openHttpSession } from '#scripts/app/http-session.ts'
import { rootDir } from '#scripts/paths.ts'
import type { Environment } from '#scripts/process/child.ts'

const run = promisify(execFile)
const teamShape = z.object({ data: z.object({ id: z.string() }) })

/** The demo team, acted for with its own key. */
export interface DemoTeam {
  id: string
  /** A call of the API; `path` stands below /api/v1. */
  call(method: 'GET' | 'POST' | 'PATCH', path: string, body?: Record<string, unknown>): Promise<unknown>
  /** Lets the team reach these `address:port` of this machine, exactly. */
  allow(sockets: readonly string[]): Promise<void>
}

/** `env` is what web and worker run with: it opens the door to the database. */
export async function openDemoTeam(
  { url, apiKey }: DemoAccess,
  { localUrl, env }: { localUrl: string; env: Environment },
): Promise<DemoTeam> {
  const session = openHttpSession(url, localUrl)
  const call: DemoTeam['call'] = (method, path, body) => {
    const headers = { authorization: `Bearer ${apiKey}` }
    if (method === 'GET') return session.get(`/api/v1${path}`, headers)
    return session[method === 'POST' ? 'post' : 'patch'](`/api/v1${path}`, body, headers)
  }
  const { id } = teamShape.parse(await call('GET', '/team')).data
  return {
    id,
    call,
    // In a process of its own: this one, which starts everything else, keeps its environment.
    async allow(sockets) {
      const command = [join(rootDir, 'scripts', 'net-allow.ts'), '--team', id, ...sockets]
      await run(process.execPath, command, { cwd: rootDir, env })
    },
  }
}
