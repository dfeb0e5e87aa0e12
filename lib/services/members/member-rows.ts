import type { MemberView } from '#lib/contracts/members.ts'
import { role } from '#lib/contracts/roles.ts'
import type { Db } from '#lib/db/pools.ts'
import { AppError } from '#lib/errors.ts'

/** What is read of a membership wherever a member is shown. */
export const memberFields = {
  userId: true,
  role: true,
  createdAt: true,
  user: { select: { email: true, name: true } },
} as const

interface MemberRow {
  userId: string
  role: string
  createdAt: Date
  user: { email: string; name: string }
}

export function showMember(row: MemberRow): MemberView {
  return {
    userId: row.userId,
    email: row.user.email,
    name: row.user.name,
    role: role.parse(row.role),
    joinedAt: row.createdAt.toISOString(),
  }
}

/** A member of the team. Throws `not-found` for anybody else, whether they exist or not. */
export async function getMember(db: Db, tenantId: string, userId: string): Promise<MemberView> {
  const member = await findMember(db, tenantId, userId)
  if (!member) throw new AppError('not-found', `User ${userId} is no member of team ${tenantId}`)
  return member
}

export async function findMember(db: Db, tenantId: string, userId: string): Promise<MemberView | undefined> {
  const row = await db.membership.findUnique({
    where: { tenantId_userId: { tenantId, userId } },
    select: memberFields,
  })
  return row ? showMember(row) : undefined
}
