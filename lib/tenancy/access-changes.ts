import { notify } from '#lib/db/notify.ts'
import { log } from '#lib/log.ts'

/** The channel on which processes tell each other that somebody's access has ended; its payload is one id. */
export const accessChannel = 'kstone_access'

/**
 * Says that the access of a person, session, API key or team may have ended, so that open streams are looked at now. Call it
 * right after commit with that id. Never fails: open streams are looked at every few seconds anyway.
 */
export async function announceAccessChange(id: string): Promise<void> {
  try {
    await notify(accessChannel, [id])
  } catch (error) {
    log().warn({ err: error }, 'could not announce a change of access; open streams notice within seconds')
  }
}
