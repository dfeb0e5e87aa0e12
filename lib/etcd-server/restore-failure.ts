import { AppError } from '#lib/errors.ts'
import { cleanLine } from '#lib/foreign-text.ts'
import { digestOf } from './member-log.ts'

/** What etcd was doing with a snapshot when it ended. */
export type RestoreStage = 'restore' | 'start' | 'read'

type Cause = 'disk-space' | 'disk-limit' | 'memory-limit' | 'machine' | 'refused'

/**
 * Words of etcd 3.4 and 3.5, their tools, bbolt and the Go runtime, tried in this order: what a machine lacks is no fault of
 * the file, whatever breaks after it.
 */
const words: readonly (readonly [RegExp, Cause])[] = [
  [/no space left on device|disk quota exceeded/i, 'disk-space'],
  [/file too large|SIGXFSZ|file size limit exceeded/i, 'disk-limit'],
  [/out of memory|cannot allocate memory|failed to create new OS thread|pthread_create failed/i, 'memory-limit'],
  [/address already in use|permission denied|operation not permitted|too many open files/i, 'machine'],
  // The tool looks for the checksum 32 bytes before the end, and some files are shorter.
  [/expected sha256|snapshot missing hash|seek .*: invalid argument/i, 'refused'],
  [/invalid database|version mismatch|checksum error|invalid page|page \d+ already freed|freelist/i, 'refused'],
  [/^panic: |"level":"panic"|\tpanic\t|unexpected fault address|SIGSEGV|SIGBUS/m, 'refused'],
  [/"level":"fatal".*"caller":"(?:mvcc|backend|schema|lease|auth|membership|etcdserver)\//, 'refused'],
]
const saidLengthMax = 300

/** Why etcd, or its tool, ended over a snapshot, by what it said; undefined where that tells nothing of the snapshot. */
export function explainEnd(stage: RestoreStage, said: string): AppError | undefined {
  const cause = words.find(([pattern]) => pattern.test(said))?.[1]
  const message = `etcd ended over a snapshot (${stage}):\n${digestOf(said)}`
  const details = { stage, said: tellingLine(said) }
  switch (cause) {
    case 'disk-space':
      return new AppError('disk-space-short', message, { details })
    case 'disk-limit':
      return new AppError('etcd-limit-exceeded', message, { details: { ...details, resource: 'disk' } })
    case 'memory-limit':
      return new AppError('etcd-limit-exceeded', message, { details: { ...details, resource: 'memory' } })
    case 'refused':
      return new AppError('snapshot-refused', message, { details })
    default:
      return undefined
  }
}

/** The failure of the tool, in any case. */
export function restoreFailure(said: string): AppError {
  const details = { stage: 'restore', said: tellingLine(said) }
  return (
    explainEnd('restore', said) ??
    new AppError('restore-failed', `etcd's tool did not restore:\n${digestOf(said)}`, { details })
  )
}

/** The line people would look for; places of this machine are left out of it. */
function tellingLine(said: string): string {
  const lines = said.trimEnd().split('\n')
  const telling = lines.find((line) => /^(Error: |panic: |fatal error: )/.test(line)) ?? lines.at(-1) ?? ''
  return cleanLine(telling.replaceAll(/(?<![\w.])\/[^\s"',\]}]+/g, '…'), saidLengthMax)
}
