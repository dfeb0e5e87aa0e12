import { AppError } from '#lib/errors.ts'
import { FairQueue } from '#lib/fair-queue.ts'
import { processWide } from '#lib/process-wide.ts'

const limits = {
  /** Each takes some 0.15 s of our own time within its 3 s: with more at once healthy clusters would be told to be slow. */
  atOnceMax: 4,
  waitingMax: 32,
  waitingPerPartyMax: 8,
}
const retryAfterSeconds = 3

const queue = processWide('diagnoses', () => new FairQueue(limits))

/**
 * Runs one diagnosis when the team's turn has come: at most 4 at once and 32 waiting in this process, 8 of them of one team.
 *
 * @throws AppError `rate-limited` where more would wait
 */
export async function inDiagnosisPlace<T>(tenantId: string, work: () => Promise<T>): Promise<T> {
  if (!(await queue.takeTurn(tenantId))) {
    throw new AppError('rate-limited', 'Too many diagnoses wait for their turn', {
      details: { limit: limits.waitingPerPartyMax, retryAfterSeconds },
    })
  }
  try {
    return await work()
  } finally {
    queue.giveTurn()
  }
}
