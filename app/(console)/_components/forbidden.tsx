import { Lock } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { ButtonLink } from '#app/_components/ui/button.tsx'
import type { Permission, Role } from '#lib/contracts/roles.ts'
import { PageMessage } from './page-message.tsx'
import { rolesWith } from './roles-with.ts'

/** In place of a page the visitor's role does not open: what is missing and who can give it. */
export function Forbidden({ permission, role }: { permission: Permission; role: Role }) {
  const t = useTranslations('shell')
  const roles = rolesWith(permission)
  // The role would do, so it is the team that is closed.
  if (roles.includes(role)) return <Closing />
  const allowed = roles.map((each) => t(`roles.${each}`))
  return (
    <PageMessage
      icon={<Lock aria-hidden="true" />}
      title={t('forbidden.title')}
      description={t.rich('forbidden.description', {
        permission,
        role: t(`roles.${role}`),
        roles: allowed.join(t('listSeparator')),
        code: (chunks) => <code className="font-mono text-sm">{chunks}</code>,
      })}
      action={<ButtonLink href="/members">{t('forbidden.whoIsAdmin')}</ButtonLink>}
    />
  )
}

function Closing() {
  const t = useTranslations('shell.forbidden')
  return (
    <PageMessage
      icon={<Lock aria-hidden="true" />}
      title={t('closingTitle')}
      description={t('closingDescription')}
      action={<ButtonLink href="/team">{t('settings')}</ButtonLink>}
    />
  )
}
