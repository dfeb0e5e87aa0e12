'use client'

import { ChevronLeft, ChevronRight, ChevronsLeft } from 'lucide-react'
import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { Button } from './button.tsx'

export interface PaginationProps {
  /** Name of the navigation; default "Pages". Two on one page need two names. */
  label?: string
  /** Missing: there is no such page. */
  onNext?: (() => void) | undefined
  onPrevious?: (() => void) | undefined
  /** Back to the start; for a page opened by its address, whose predecessor is unknown. */
  onFirst?: (() => void) | undefined
  /** What is shown, e.g. "50 members". */
  summary?: ReactNode
  disabled?: boolean
}

/** Steps through pages that know only their neighbours. */
export function Pagination({ label, onNext, onPrevious, onFirst, summary, disabled = false }: PaginationProps) {
  const t = useTranslations('ui.pagination')
  return (
    <nav aria-label={label ?? t('label')} className="flex flex-wrap items-center justify-between gap-2">
      <span className="text-muted text-sm tabular-nums">{summary}</span>
      <span className="flex gap-1.5">
        {onFirst ? (
          <Button size="sm" icon={<ChevronsLeft aria-hidden="true" />} disabled={disabled} onClick={onFirst}>
            {t('first')}
          </Button>
        ) : null}
        <Button
          size="sm"
          icon={<ChevronLeft aria-hidden="true" />}
          disabled={disabled || !onPrevious}
          onClick={onPrevious}
        >
          {t('previous')}
        </Button>
        <Button
          size="sm"
          trailingIcon={<ChevronRight aria-hidden="true" />}
          disabled={disabled || !onNext}
          onClick={onNext}
        >
          {t('next')}
        </Button>
      </span>
    </nav>
  )
}
