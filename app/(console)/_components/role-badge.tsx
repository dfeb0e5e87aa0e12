import { Crown, Eye, ShieldCheck, Wrench } from 'lucide-react'
import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { Badge } from '#app/_components/ui/badge.tsx'
import type { Tone } from '#app/_components/ui/tone.tsx'
import type { Role } from '#lib/contracts/roles.ts'

const looks: Record<Role, { tone: Tone; icon: ReactNode }> = {
  viewer: { tone: 'neutral', icon: <Eye aria-hidden="true" /> },
  operator: { tone: 'neutral', icon: <Wrench aria-hidden="true" /> },
  admin: { tone: 'info', icon: <ShieldCheck aria-hidden="true" /> },
  owner: { tone: 'accent', icon: <Crown aria-hidden="true" /> },
}

/** A role by its name. */
export function RoleBadge({ role }: { role: Role }) {
  const t = useTranslations('shell.roles')
  const { tone, icon } = looks[role]
  return (
    <Badge tone={tone} icon={icon}>
      {t(role)}
    </Badge>
  )
}
