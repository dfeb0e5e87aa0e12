import type { TestProject } from 'vitest/node'
import type { TestServersInfo } from './servers.ts'
import { startTestServers } from './servers.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    testServers: TestServersInfo
  }
}

/** One PostgreSQL and one Redis for the whole run of a project; vitest calls what this returns at its end. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const servers = await startTestServers()
  project.provide('testServers', servers.info)
  return () => servers.stop()
}
