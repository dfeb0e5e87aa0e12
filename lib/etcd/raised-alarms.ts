import type { MemberStatus } from './own-methods.ts'

const alarmsMax = 64

/** The alarms of a cluster, of which each member tells with its status: `memberID:1050 alarm:NOSPACE`. */
export function raisedAlarms({ errors }: Pick<MemberStatus, 'errors'>): { kind: string; memberId: bigint }[] {
  return errors.slice(0, alarmsMax).flatMap((error) => {
    const [, member, kind] = /memberID:(\d{1,20}) alarm:(\w{1,30})/.exec(error) ?? []
    return member && kind ? [{ kind, memberId: BigInt(member) }] : []
  })
}
