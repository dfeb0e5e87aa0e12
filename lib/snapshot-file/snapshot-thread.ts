import { parentPort } from 'node:worker_threads'
import { AppError } from '#lib/errors.ts'
import { checkSnapshotFile } from './check-snapshot-file.ts'
import { compareSnapshotFiles } from './compare-snapshot-files.ts'
import type { GroupOf } from './group-numbers.ts'
import type { GroupModule, ThreadAnswer, ThreadOrder } from './run-in-thread.ts'

/** The thread of `SnapshotThread`: does one piece of work after the other. */
parentPort?.on('message', async (order: ThreadOrder) => {
  parentPort?.postMessage(await answerTo(order))
})

async function answerTo(order: ThreadOrder): Promise<ThreadAnswer> {
  try {
    return { result: await perform(order) }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const { code, message, details } = error
    if (code !== 'snapshot-damaged' && code !== 'snapshot-unreadable') throw error
    return { failure: { code, message, details } }
  }
}

async function perform(order: ThreadOrder) {
  const groupOf = order.groupModule && (await loadGroupOf(order.groupModule))
  if (order.work === 'check') return await checkSnapshotFile(order.path, { ...order.options, groupOf })
  return await compareSnapshotFiles(order.paths, groupOf ?? (() => ''), order.options)
}

async function loadGroupOf({ url, name }: GroupModule): Promise<GroupOf> {
  const loaded: Record<string, unknown> = await import(url)
  const found = loaded[name]
  if (typeof found !== 'function') throw new Error(`${url} has no function ${name}`)
  return (key) => {
    const group: unknown = found(key)
    return group === undefined ? undefined : String(group)
  }
}
