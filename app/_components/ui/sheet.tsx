'use client'

import { Dialog as BaseDialog } from '@base-ui/react/dialog'
import { X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import type { ReactElement, ReactNode } from 'react'
import { useRef } from 'react'
import { classNames } from './class-names.ts'
import { backdropClasses } from './dialog.tsx'
import { firstFocusIn } from './first-focus.ts'
import { IconButton } from './icon-button.tsx'

export interface SheetProps {
  title: ReactNode
  children: ReactNode
  open?: boolean
  onOpenChange?: (open: boolean) => void
  trigger?: ReactElement
  /** Which edge it slides in from. Default `right`; the navigation of small screens uses `left`. */
  side?: 'left' | 'right'
  footer?: ReactNode
  /** Leaves out the padding around the content. */
  flush?: boolean
  /** `wide` for what is read rather than glanced at, with lines of code in it. */
  size?: 'md' | 'wide'
}

const sides = {
  left: 'left-0 border-r data-starting-style:-translate-x-full data-ending-style:-translate-x-full',
  right: 'right-0 border-l data-starting-style:translate-x-full data-ending-style:translate-x-full',
}

const widths = { md: 'w-[min(28rem,calc(100vw-3rem))]', wide: 'w-[min(40rem,calc(100vw-1.5rem))]' }

/** A panel from the edge: details beside a list, navigation on small screens. */
export function Sheet(props: SheetProps) {
  const { title, children, open, onOpenChange, trigger, side = 'right', footer, flush = false, size = 'md' } = props
  const t = useTranslations('ui')
  const popup = useRef<HTMLDivElement>(null)
  return (
    <BaseDialog.Root {...(open === undefined ? {} : { open })} onOpenChange={(next) => onOpenChange?.(next)}>
      {trigger ? <BaseDialog.Trigger render={trigger} /> : null}
      <BaseDialog.Portal>
        <BaseDialog.Backdrop className={backdropClasses} />
        <BaseDialog.Popup
          ref={popup}
          initialFocus={(openType) => firstFocusIn(popup.current, openType)}
          className={classNames(
            'fixed inset-y-0 z-40 flex flex-col border-line bg-raised shadow-dialog outline-none transition-transform duration-200 ease-calm',
            side === 'left' ? 'w-[min(19rem,calc(100vw-3rem))]' : widths[size],
            sides[side],
          )}
        >
          <div className="flex h-14 shrink-0 items-center justify-between gap-4 border-line border-b px-4">
            <BaseDialog.Title className="min-w-0 truncate font-semibold text-lg">{title}</BaseDialog.Title>
            <BaseDialog.Close
              render={<IconButton label={t('close')} icon={<X aria-hidden="true" />} className="-mr-1" />}
            />
          </div>
          <div className={classNames('min-h-0 flex-1 overflow-y-auto', !flush && 'p-4')}>{children}</div>
          {footer ? (
            <div className="flex justify-end gap-2 border-line border-t bg-sunken px-4 py-3">{footer}</div>
          ) : null}
        </BaseDialog.Popup>
      </BaseDialog.Portal>
    </BaseDialog.Root>
  )
}
