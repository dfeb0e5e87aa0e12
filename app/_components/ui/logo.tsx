import { useTranslations } from 'next-intl'
import { classNames } from './class-names.ts'

/** The mark: three stones of a cairn inside a hexagon, each leaning on the one below. */
export function LogoMark({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" aria-hidden="true" className={classNames('size-6 shrink-0', className)}>
      <path
        d="M16 1.6 28.5 8.8v14.4L16 30.4 3.5 23.2V8.8z"
        fill="var(--color-accent)"
        stroke="var(--color-accent)"
        strokeWidth="2.4"
        strokeLinejoin="round"
      />
      <g fill="var(--color-on-accent)">
        <ellipse cx="16.6" cy="9.6" rx="3.6" ry="2.5" />
        <ellipse cx="15.2" cy="15.6" rx="5.6" ry="2.9" opacity="0.88" />
        <ellipse cx="16.4" cy="22.2" rx="7.8" ry="3.1" opacity="0.74" />
      </g>
    </svg>
  )
}

/** Mark and name. */
export function Logo({ className }: { className?: string }) {
  const t = useTranslations('common')
  return (
    <span className={classNames('inline-flex items-center gap-2 font-semibold text-lg tracking-tight', className)}>
      <LogoMark />
      {t('product')}
    </span>
  )
}
