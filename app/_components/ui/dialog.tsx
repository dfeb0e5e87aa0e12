'use client'

import { Dialog as BaseDialog } from '@base-ui/react/dialog'
import { X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import type { ReactElement, ReactNode } from 'react'
import { useRef } from 'react'
import { classNames } from './class-names.ts'
import { firstFocusIn } from './first-focus.ts'
import { IconButton } from './icon-button.tsx'

export interface DialogProps {
  title: ReactNode
  description?: ReactNode
  children?: ReactNode
  /** Buttons at the bottom, the main one last. Use `DialogClose` for the one that only closes. */
  footer?: ReactNode
  /** Controlled use. */
  open?: boolean
  onOpenChange?: (open: boolean) => void
  /** Uncontrolled use: the button that opens it. */
  trigger?: ReactElement
  /** Width: `sm` 24 rem, `md` 32 rem (default), `lg` 48 rem. */
  size?: 'sm' | 'md' | 'lg'
  /** Keeps a press outside from closing it: for forms somebody has typed into. */
  modalOnly?: boolean
}

const sizes = { sm: 'max-w-sm', md: 'max-w-lg', lg: 'max-w-3xl' }

export const backdropClasses =
  'fixed inset-0 z-40 bg-overlay transition-opacity duration-150 data-ending-style:opacity-0 data-starting-style:opacity-0'

/** A window over the page that keeps the focus until it is closed; it begins in its first field. */
export function Dialog(props: DialogProps) {
  const { title, description, children, footer, open, onOpenChange, trigger, size = 'md' } = props
  const popup = useRef<HTMLDivElement>(null)
  return (
    <BaseDialog.Root
      {...(open === undefined ? {} : { open })}
      onOpenChange={(next) => onOpenChange?.(next)}
      disablePointerDismissal={props.modalOnly ?? false}
    >
      {trigger ? <BaseDialog.Trigger render={trigger} /> : null}
      <BaseDialog.Portal>
        <BaseDialog.Backdrop className={backdropClasses} />
        <BaseDialog.Viewport className="fixed inset-0 z-40 flex items-end justify-center overflow-y-auto p-3 sm:items-start sm:p-6 sm:pt-[12vh]">
          <BaseDialog.Popup
            ref={popup}
            initialFocus={(openType) => firstFocusIn(popup.current, openType)}
            className={classNames(
              'relative flex max-h-full w-full flex-col rounded-xl border border-line bg-raised shadow-dialog outline-none',
              'transition-[opacity,scale] duration-150 ease-calm data-ending-style:scale-98 data-ending-style:opacity-0 data-starting-style:scale-98 data-starting-style:opacity-0',
              sizes[size],
            )}
          >
            <DialogHead title={title} description={description} />
            {children ? <div className="min-h-0 overflow-y-auto px-5 pt-1 pb-5">{children}</div> : null}
            {footer ? (
              <div className="flex flex-wrap justify-end gap-2 rounded-b-xl border-line border-t bg-sunken px-5 py-3">
                {footer}
              </div>
            ) : null}
          </BaseDialog.Popup>
        </BaseDialog.Viewport>
      </BaseDialog.Portal>
    </BaseDialog.Root>
  )
}

function DialogHead({ title, description }: Pick<DialogProps, 'title' | 'description'>) {
  const t = useTranslations('ui')
  return (
    <div className="flex items-start justify-between gap-4 px-5 pt-4 pb-3">
      <div className="min-w-0">
        <BaseDialog.Title className="font-semibold text-lg [overflow-wrap:anywhere]">{title}</BaseDialog.Title>
        {description ? (
          <BaseDialog.Description className="mt-0.5 text-muted" render={<div />}>
            {description}
          </BaseDialog.Description>
        ) : null}
      </div>
      <BaseDialog.Close
        render={<IconButton size="sm" label={t('close')} icon={<X aria-hidden="true" />} className="-mr-1" />}
      />
    </div>
  )
}

/** Wraps a button so that it closes the dialog it stands in. */
export function DialogClose({ children }: { children: ReactElement }) {
  return <BaseDialog.Close render={children} />
}
