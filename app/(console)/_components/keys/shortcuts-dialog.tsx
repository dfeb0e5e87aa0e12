'use client'

import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { useSyncExternalStore } from 'react'
import { Switch } from '#app/_components/ui/choice.tsx'
import { Dialog } from '#app/_components/ui/dialog.tsx'
import { Field } from '#app/_components/ui/field.tsx'
import { Kbd } from '#app/_components/ui/kbd.tsx'
import { useAreas } from '#app/(console)/_components/use-areas.ts'
import { useSingleKeys } from './single-keys.ts'

/** The name of the key that goes with K, as the visitor's keyboard shows it. */
export function useModKey(): string {
  return useSyncExternalStore(
    () => () => undefined,
    () => (/mac|iphone|ipad/i.test(navigator.userAgent) ? '⌘' : 'Ctrl'),
    () => 'Ctrl',
  )
}

/** All keys of the console. */
export function ShortcutsDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const t = useTranslations('shell.shortcuts')
  const names = useTranslations('shell.navigation')
  const modKey = useModKey()
  const areas = useAreas()
  const [isOn, setOn] = useSingleKeys()
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t('title')} description={t('description')}>
      <div className="grid gap-x-8 gap-y-4 sm:grid-cols-2">
        <KeyGroup
          title={t('everywhere')}
          lines={[
            { id: 'palette', label: t('palette'), keys: <Kbd>{modKey}</Kbd>, last: 'K' },
            { id: 'help', label: t('help'), last: '?' },
            { id: 'search', label: t('search'), last: '/' },
            { id: 'close', label: t('close'), last: 'Esc' },
          ]}
        />
        <KeyGroup
          title={t('goTo')}
          lines={[
            ...areas.map((area) => ({ id: area.id, label: names(area.id), keys: <Kbd>{'G'}</Kbd>, last: area.key })),
            { id: 'account', label: names('account'), keys: <Kbd>{'G'}</Kbd>, last: 'p' },
          ]}
        />
      </div>
      <div className="mt-5 border-line border-t pt-4">
        <Field layout="inline" label={t('singleKeys')} description={t('singleKeysHint')}>
          <Switch checked={isOn} onCheckedChange={setOn} />
        </Field>
      </div>
    </Dialog>
  )
}

interface KeyLine {
  id: string
  label: string
  /** Key before the last one. */
  keys?: ReactNode
  last: string
}

function KeyGroup({ title, lines }: { title: string; lines: readonly KeyLine[] }) {
  return (
    <section>
      <h3 className="mb-1.5 font-medium text-muted text-sm">{title}</h3>
      <dl className="flex flex-col">
        {lines.map((line) => (
          <div key={line.id} className="flex min-h-8 items-center justify-between gap-4">
            <dt>{line.label}</dt>
            <dd className="flex items-center gap-1">
              {line.keys}
              <Kbd>{line.last.length === 1 ? line.last.toUpperCase() : line.last}</Kbd>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
