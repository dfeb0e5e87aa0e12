import { parentPort } from 'node:worker_threads'
import { AppError } from '#lib/errors.ts'
import { compareSnapshotFiles } from '#lib/snapshot-file/compare-snapshot-files.ts'
import { groupOf } from '#lib/values/key-groups.ts'
import type { ComparisonAnswer, ComparisonOrder } from './compare-apart.ts'

/** The thread of `compareApart`: compares two files, and is ended. */
parentPort?.once('message', async (order: ComparisonOrder) => {
  parentPort?.postMessage(await answerTo(order))
})

async function answerTo({ paths, options }: ComparisonOrder): Promise<ComparisonAnswer> {
  try {
    const { groups } = await compareSnapshotFiles(paths, nameOf, options)
    return { groups }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const { code, message, details } = error
    if (code !== 'snapshot-damaged' && code !== 'snapshot-unreadable') throw error
    return { failure: { code, message, details } }
  }
}

/** What people call the group of a key; groups are told apart by bytes as characters (latin1). */
function nameOf(key: Uint8Array): string {
  const { name } = groupOf(Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('latin1'))
  return Buffer.from(name, 'latin1').toString('utf8')
}
