'use client'

import { useTranslations } from 'next-intl'
import { useMe, useTeam } from '#app/(console)/_components/me-provider.tsx'
import type { MemberView } from '#lib/contracts/members.ts'
import { useKeysOf } from './use-keys-of.ts'

/** More names than this make a list nobody reads. */
const namedMax = 5

/** Everything that ends together with a membership, one line each. */
export function useLosses(member: MemberView, isAsked: boolean): string[] {
  const t = useTranslations('members.losses')
  const { name: team } = useTeam()
  const isMe = useMe().id === member.userId
  const keys = useKeysOf(member, isAsked)
  const access = isMe ? t('ownAccess', { team }) : t('access', { name: member.name, team })
  if (!keys) return [access, t(isMe ? 'anyOwnKeys' : 'anyKeys')]
  const named = keys.slice(0, namedMax).map(({ name, prefix }) => t('key', { name, prefix }))
  const rest = keys.length - named.length
  return [access, ...named, ...(rest > 0 ? [t('moreKeys', { count: rest })] : [])]
}
