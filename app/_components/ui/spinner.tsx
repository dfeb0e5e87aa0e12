import { LoaderCircle } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { classNames } from './class-names.ts'

/** A turning circle; `label` (default: "Loading") is what a screen reader says, `decorative` leaves it silent. */
export function Spinner(props: { label?: string; decorative?: boolean; className?: string }) {
  const t = useTranslations('ui')
  const icon = <LoaderCircle aria-hidden="true" className={classNames('size-4 animate-spin', props.className)} />
  if (props.decorative) return icon
  return (
    <span role="status" className="inline-flex items-center">
      {icon}
      <span className="sr-only">{props.label ?? t('loading')}</span>
    </span>
  )
}
