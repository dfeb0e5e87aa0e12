import { config } from '#lib/config.ts'

/** Where an invitation is accepted. The token stands behind `#`, so no server's log and no Referer ever holds it. */
export function invitationLink(token: string): string {
  return `${config().publicUrl}/invitation#${token}`
}
