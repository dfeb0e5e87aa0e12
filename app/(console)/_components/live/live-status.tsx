'use client'

import { useTranslations } from 'next-intl'
import { classNames } from '#app/_components/ui/class-names.ts'
import { Tooltip } from '#app/_components/ui/tooltip.tsx'
import type { LiveStatus } from './live-connection.ts'
import { useLiveStatus } from './live-provider.tsx'

const dots: Record<LiveStatus, string> = {
  connecting: 'animate-breathe bg-faint',
  live: 'bg-ok-solid',
  reconnecting: 'animate-breathe bg-warn-solid',
  polling: 'bg-info-solid',
}

/** A dot and a word: how news reaches the page right now. */
export function LiveStatusDot() {
  const t = useTranslations('shell.live')
  const status = useLiveStatus()
  return (
    <Tooltip content={t(`${status}Hint`)} side="right">
      <button
        type="button"
        className="inline-flex h-7 cursor-default items-center gap-2 rounded-md px-2 text-muted text-sm"
      >
        <span aria-hidden="true" className={classNames('size-2 shrink-0 rounded-full', dots[status])} />
        <span>{t(status)}</span>
        <span className="sr-only">{`. ${t(`${status}Hint`)}`}</span>
      </button>
    </Tooltip>
  )
}
