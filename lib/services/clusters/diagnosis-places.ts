import { AppError } from '#lib/errors.ts'
import { processWide } from '#lib/process-wide.ts'

/** Each takes some 0.15 s of our own time within its 3 s: with more at once healthy clusters would be told to be slow. */
const perTeamMax = 2
const perProcessMax = 6
const retryAfterSeconds = 3

const running = processWide('diagnoses', () => new Map<string, number>())

/**
 * Runs one diagnosis when there is room for it: at most 2 of a team and 6 in this process.
 *
 * @throws AppError `rate-limited` otherwise
 */
export async function inDiagnosisPlace<T>(tenantId: string, work: () => Promise<T>): Promise<T> {
  const ofTeam = running.get(tenantId) ?? 0
  const ofAll = running.values().reduce((sum, count) => sum + count, 0)
  if (ofTeam >= perTeamMax || ofAll >= perProcessMax) {
    throw new AppError('rate-limited', `${ofTeam} diagnoses of the team are running, ${ofAll} in all`, {
      details: { limit: perTeamMax, retryAfterSeconds },
    })
  }
  running.set(tenantId, ofTeam + 1)
  try {
    return await work()
  } finally {
    const left = (running.get(tenantId) ?? 1) - 1
    if (left > 0) running.set(tenantId, left)
    else running.delete(tenantId)
  }
}
