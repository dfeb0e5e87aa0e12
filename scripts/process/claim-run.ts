import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { isAlive } from '#lib/process-mark.ts'
import { stateDir } from '#scripts/paths.ts'
import { StepError } from '#scripts/step-error.ts'
import { waitUntil } from '#scripts/wait-until.ts'
import { endLeftovers, findRunRecord, RunRecordFile } from './run-record.ts'

const name = 'start'

/**
 * Makes this process the one that runs the product from this checkout. Waits for an earlier one that is about to end, ends
 * what a killed one left behind, and throws a StepError when another is running.
 */
export async function claimRun(report: (line: string) => void): Promise<RunRecordFile> {
  // One whose terminal or npm was killed notices within a second, and then stops by itself.
  await waitUntil(() => (isOtherInState(['running', 'starting']) ? undefined : true), { timeoutMs: 3000 })
  if (isOtherInState(['stopping'])) {
    report('waiting for an earlier start of this folder to end')
    await waitUntil(() => (isOtherInState(['stopping']) ? undefined : true), { timeoutMs: 90_000 })
  }
  checkNoOtherRuns()
  const ended = await endLeftovers()
  if (ended.length > 0) report(`ended what a killed start had left: ${ended.join(', ')}`)
  try {
    return RunRecordFile.create(name)
  } catch (error) {
    checkNoOtherRuns()
    throw error
  }
}

function checkNoOtherRuns(): void {
  const other = findRunRecord(name)
  if (!other || !isAlive(other.owner)) return
  const signIn = existsSync(join(stateDir, 'demo.json')) ? ' (the demo sign-in stands in .kstone/demo.json)' : ''
  throw new StepError(`Kstone already runs from this folder at ${other.url ?? 'an address it has not taken yet'}`, {
    fix: `use that one${signIn}, or end it first: kill ${other.owner.pid}`,
  })
}

function isOtherInState(states: string[]): boolean {
  const other = findRunRecord(name)
  return other !== undefined && states.includes(other.state) && isAlive(other.owner)
}
