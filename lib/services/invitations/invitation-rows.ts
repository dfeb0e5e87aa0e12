import type { InvitationView, invitationStates } from '#lib/contracts/invitations.ts'
import { role } from '#lib/contracts/roles.ts'

type InvitationState = (typeof invitationStates)[number]

interface InvitationRow {
  id: string
  email: string
  role: string
  invitedBy: string
  createdAt: Date
  expiresAt: Date
  mailedAt: Date | null
  acceptedAt: Date | null
  revokedAt: Date | null
}

/** Rows in one state at `now`. State is never stored: a row that is not touched still expires. */
export function inState(state: InvitationState, now: Date) {
  switch (state) {
    case 'accepted':
      return { acceptedAt: { not: null } }
    case 'revoked':
      return { acceptedAt: null, revokedAt: { not: null } }
    case 'expired':
      return { acceptedAt: null, revokedAt: null, expiresAt: { lte: now } }
    case 'pending':
      return { acceptedAt: null, revokedAt: null, expiresAt: { gt: now } }
  }
}

function stateOf({ acceptedAt, revokedAt, expiresAt }: InvitationRow, now: Date): InvitationState {
  if (acceptedAt) return 'accepted'
  if (revokedAt) return 'revoked'
  return expiresAt > now ? 'pending' : 'expired'
}

/** What a team's admins see: never the token, not even its hash. */
export function showInvitation(row: InvitationRow): InvitationView {
  return {
    id: row.id,
    email: row.email,
    role: role.parse(row.role),
    state: stateOf(row, new Date()),
    invitedBy: row.invitedBy,
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    mailedAt: row.mailedAt?.toISOString() ?? null,
  }
}
