import { setTimeout as delay } from 'node:timers/promises'
import type { WorkerProcess } from '#tests/support/worker.ts'
import { startWorkerProcess } from '#tests/support/worker.ts'

const stopMs = 30_000

/** Runs `work` while so many real workers collect; they are asked to end afterwards, and killed if they do not. */
export async function withWorkers<Result>(
  env: Record<string, string>,
  count: number,
  work: (workers: readonly WorkerProcess[]) => Promise<Result>,
): Promise<Result> {
  const workers: WorkerProcess[] = []
  try {
    for (let n = 0; n < count; n += 1) workers.push(await startWorkerProcess(env))
    return await work(workers)
  } finally {
    await Promise.all(workers.map(end))
  }
}

async function end(worker: WorkerProcess): Promise<void> {
  worker.signal('SIGTERM')
  await Promise.race([worker.exited, delay(stopMs, undefined, { ref: false })])
  await worker[Symbol.asyncDispose]()
}

/** What workers complained of, each kind of line once with its count. */
export function complaints(workers: readonly WorkerProcess[]): string[] {
  const counts = new Map<string, number>()
  for (const line of workers.flatMap((worker) => worker.output().split('\n'))) {
    const [, said] = /"level":(?:"(?:warn|error|fatal)"|[456]0).*"msg":"([^"]*)"/.exec(line) ?? []
    if (said === undefined) continue
    const kind = said.replaceAll(/[0-9a-f-]{36}/g, 'ID')
    counts.set(kind, (counts.get(kind) ?? 0) + 1)
  }
  return [...counts].map(([said, count]) => `${count} × ${said}`)
}
