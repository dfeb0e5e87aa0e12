'use client'

import { Toast as BaseToast } from '@base-ui/react/toast'
import { X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { classNames } from './class-names.ts'
import { IconButton } from './icon-button.tsx'
import type { Tone } from './tone.tsx'
import { toneIcons } from './tone.tsx'

export interface ToastOptions {
  description?: ReactNode
  /** One button, e.g. undo. */
  action?: { label: string; onSelect: () => void }
  /** Stays until closed. Failures do so by default. */
  sticky?: boolean
}

const manager = BaseToast.createToastManager()
const shownMs = 6000

/** Tells of something that happened; call it anywhere in the browser. */
export const toast = {
  ok: (title: string, options?: ToastOptions) => show('ok', title, options),
  info: (title: string, options?: ToastOptions) => show('info', title, options),
  warn: (title: string, options?: ToastOptions) => show('warn', title, options),
  failure: (title: string, options?: ToastOptions) => show('danger', title, { sticky: true, ...options }),
}

function show(tone: Tone, title: string, options: ToastOptions = {}): void {
  const { description, action, sticky = false } = options
  manager.add({
    title,
    type: tone,
    description,
    timeout: sticky ? 0 : shownMs,
    actionProps: action ? { children: action.label, onClick: action.onSelect } : undefined,
  })
}

/** The place where toasts appear; stands once, around the whole app. */
export function Toaster({ children }: { children: ReactNode }) {
  return (
    <BaseToast.Provider toastManager={manager} limit={4}>
      {children}
      <BaseToast.Portal>
        <BaseToast.Viewport className="fixed inset-x-4 bottom-4 z-50 flex flex-col gap-2 outline-none sm:right-5 sm:bottom-5 sm:left-auto sm:w-96">
          <ToastList />
        </BaseToast.Viewport>
      </BaseToast.Portal>
    </BaseToast.Provider>
  )
}

const toneText: Record<string, string> = { ok: 'text-ok', info: 'text-info', warn: 'text-warn', danger: 'text-danger' }

function ToastList() {
  const t = useTranslations('ui')
  const { toasts } = BaseToast.useToastManager()
  return toasts.map((item) => (
    <BaseToast.Root
      key={item.id}
      toast={item}
      className="rounded-lg border border-line bg-raised shadow-popup transition-[opacity,translate] duration-200 ease-calm data-ending-style:opacity-0 data-limited:hidden data-starting-style:translate-y-2 data-starting-style:opacity-0"
    >
      <BaseToast.Content className="flex items-start gap-2.5 p-3">
        <span className={classNames('mt-[0.1875rem] [&_svg]:size-4', toneText[item.type ?? 'info'])}>
          {toneIcons[toneOf(item.type)]}
        </span>
        <div className="min-w-0 flex-1 [overflow-wrap:anywhere]">
          <BaseToast.Title className="font-medium" render={<p />} />
          <BaseToast.Description className="text-muted text-sm" render={<div />} />
          <BaseToast.Action className="mt-1.5 rounded-sm font-medium text-accent-ink text-sm underline underline-offset-3" />
        </div>
        <BaseToast.Close
          render={<IconButton size="sm" label={t('dismiss')} icon={<X aria-hidden="true" />} className="-m-1" />}
        />
      </BaseToast.Content>
    </BaseToast.Root>
  ))
}

function toneOf(type: string | undefined): Tone {
  return type === 'ok' || type === 'warn' || type === 'danger' ? type : 'info'
}
