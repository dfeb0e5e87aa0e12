import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { Place } from './object-store-suite-place.ts'

/** Begins an upload in a process of its own and kills that in the middle of it. */
export async function killedUpload(place: Place, key: string): Promise<{ id: string; startedAfter: number }> {
  const startedAfter = Date.now()
  const program = new URL('./object-store-suite-child.ts', import.meta.url)
  const child = fork(program, [JSON.stringify(place), key], { execPath: process.execPath, execArgv: [] })
  const exited = once(child, 'exit')
  const [id] = await Promise.race([once(child, 'message'), exited])
  child.kill('SIGKILL')
  await exited
  if (typeof id !== 'string') throw new Error('The process ended by itself')
  return { id, startedAfter }
}
