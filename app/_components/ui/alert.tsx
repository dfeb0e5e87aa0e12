'use client'

import { X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { classNames } from './class-names.ts'
import { IconButton } from './icon-button.tsx'
import type { Tone } from './tone.tsx'
import { softTones, toneIcons } from './tone.tsx'

export interface AlertProps {
  /** Default `info`. `danger` is announced at once, the others politely. */
  tone?: Tone
  title?: ReactNode
  children?: ReactNode
  /** A button or link at the end. */
  action?: ReactNode
  onDismiss?: () => void
  /** Across the page, without a border at the sides. */
  banner?: boolean
  /** Set false for text that was there from the start and needs no announcement. Default true. */
  live?: boolean
}

/** A message inside the page: what happened, why, and what to do. */
export function Alert({ tone = 'info', title, children, action, onDismiss, banner = false, live = true }: AlertProps) {
  const t = useTranslations('ui')
  return (
    <div
      role={live ? liveRoleOf(tone) : undefined}
      className={classNames(
        'flex flex-wrap items-start gap-x-2.5 gap-y-2 px-3 py-2.5 text-base [&>svg]:mt-[0.1875rem] [&>svg]:size-4 [&>svg]:shrink-0',
        banner ? 'border-b px-4' : 'rounded-lg border',
        softTones[tone],
      )}
    >
      {toneIcons[tone]}
      <div className="min-w-0 flex-1 basis-48">
        {title ? <p className="font-semibold">{title}</p> : null}
        {children ? <div className="text-ink [overflow-wrap:anywhere]">{children}</div> : null}
      </div>
      {action ? <div className="shrink-0 max-sm:w-full max-sm:pl-6.5">{action}</div> : null}
      {onDismiss ? (
        <IconButton
          size="sm"
          label={t('dismiss')}
          icon={<X aria-hidden="true" />}
          onClick={onDismiss}
          className="-my-1"
        />
      ) : null}
    </div>
  )
}

function liveRoleOf(tone: Tone): 'alert' | 'status' {
  return tone === 'danger' ? 'alert' : 'status'
}
