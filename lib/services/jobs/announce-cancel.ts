import { notify } from '#lib/db/notify.ts'
import { log } from '#lib/log.ts'

/** The channel on which workers hear that a running job is to stop; its payload is the job's id. */
export const cancelChannel = 'kstone_job_cancel'

/** Has the worker of a job stop it at once; call it after commit. Unheard, it stops with its next sign of life, within 3 s. */
export async function announceCancel(jobId: string): Promise<void> {
  try {
    await notify(cancelChannel, [jobId])
  } catch (error) {
    log().warn({ err: error, jobId }, 'a cancellation could not be announced; its worker finds it within 3 s')
  }
}
