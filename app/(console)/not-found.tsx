import { Compass } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { ButtonLink } from '#app/_components/ui/button.tsx'
import { EmptyState } from '#app/_components/ui/empty-state.tsx'
import { Panel } from '#app/_components/ui/panel.tsx'

/** What a page asked for is not there (or another team's): said inside the frame. */
export default function ConsoleNotFound() {
  const t = useTranslations('common.notFound')
  return (
    <Panel>
      <EmptyState
        icon={<Compass aria-hidden="true" />}
        title={t('title')}
        description={t('description')}
        action={
          <ButtonLink href="/" variant="primary">
            {t('home')}
          </ButtonLink>
        }
      />
    </Panel>
  )
}
