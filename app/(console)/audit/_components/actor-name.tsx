import { Cog, KeyRound, UserRound } from 'lucide-react'
import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import type { AuditEventView } from '#lib/contracts/audit.ts'

type Actor = AuditEventView['actor']

const icons: Record<Actor['kind'], ReactNode> = {
  user: <UserRound aria-hidden="true" />,
  'api-key': <KeyRound aria-hidden="true" />,
  system: <Cog aria-hidden="true" />,
}

/** Who did something, with what kind of actor that is. */
export function ActorName({ actor }: { actor: Actor }) {
  const t = useTranslations('audit.table')
  return (
    <span className="inline-flex min-w-0 max-w-full items-center align-middle gap-1.5 [&_svg]:size-3.5 [&_svg]:shrink-0 [&_svg]:text-muted">
      {icons[actor.kind]}
      <span className="sr-only">{t(`actors.${actor.kind}`)}</span>
      <span className="min-w-0 truncate max-sm:whitespace-normal">{actor.label}</span>
    </span>
  )
}
