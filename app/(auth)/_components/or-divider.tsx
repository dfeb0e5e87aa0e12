import { useTranslations } from 'next-intl'

/** Between two ways of doing the same. */
export function OrDivider() {
  const t = useTranslations('auth')
  return (
    <div className="flex items-center gap-3 text-muted text-sm">
      <span aria-hidden="true" className="h-px flex-1 bg-line" />
      {t('or')}
      <span aria-hidden="true" className="h-px flex-1 bg-line" />
    </div>
  )
}
