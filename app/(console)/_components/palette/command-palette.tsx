'use client'

import { Dialog as BaseDialog } from '@base-ui/react/dialog'
import { Command as List } from 'cmdk'
import { Check, Search } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { backdropClasses } from '#app/_components/ui/dialog.tsx'
import { Kbd } from '#app/_components/ui/kbd.tsx'
import type { Command } from './commands.ts'
import { commandGroups } from './commands.ts'
import { matchCommand } from './match-command.ts'
import { useClusterCommands } from './use-cluster-commands.tsx'
import type { CommandTargets } from './use-commands.tsx'
import { useCommands } from './use-commands.tsx'

/** As it is printed on the key. */
const escapeKey = 'Esc'

export interface CommandPaletteProps extends CommandTargets {
  open: boolean
  onOpenChange: (open: boolean) => void
}

/** Everything by name: pages, clusters, actions, teams, appearance. Typing narrows, arrows choose, Enter does. */
export function CommandPalette({ open, onOpenChange, ...targets }: CommandPaletteProps) {
  const t = useTranslations('shell.palette')
  return (
    <BaseDialog.Root open={open} onOpenChange={(next) => onOpenChange(next)}>
      <BaseDialog.Portal>
        <BaseDialog.Backdrop className={backdropClasses} />
        <BaseDialog.Viewport className="fixed inset-0 z-40 flex items-start justify-center p-3 sm:p-6 sm:pt-[12vh]">
          <BaseDialog.Popup className="w-full max-w-xl overflow-hidden rounded-xl border border-line bg-raised shadow-dialog outline-none transition-[opacity,scale] duration-100 ease-calm data-ending-style:scale-98 data-ending-style:opacity-0 data-starting-style:scale-98 data-starting-style:opacity-0">
            <BaseDialog.Title className="sr-only">{t('title')}</BaseDialog.Title>
            <CommandList targets={targets} onDone={() => onOpenChange(false)} />
          </BaseDialog.Popup>
        </BaseDialog.Viewport>
      </BaseDialog.Portal>
    </BaseDialog.Root>
  )
}

function CommandList({ targets, onDone }: { targets: CommandTargets; onDone: () => void }) {
  const t = useTranslations('shell.palette')
  const [query, setQuery] = useState('')
  const { commands: clusters, isSearching } = useClusterCommands(query)
  const commands = [...useCommands(targets), ...clusters]
  const isAnswered = query.trim() !== '' && !isSearching
  return (
    <List label={t('label')} loop filter={matchCommand}>
      <div className="flex items-center gap-2.5 border-line border-b px-4">
        <Search aria-hidden="true" className="size-4 shrink-0 text-faint" />
        <List.Input
          value={query}
          onValueChange={setQuery}
          placeholder={t('placeholder')}
          className="h-12 w-full min-w-0 bg-transparent text-lg outline-none"
        />
        <Kbd>{escapeKey}</Kbd>
      </div>
      <p role="status" className="sr-only">
        {isAnswered ? t('clustersFound', { count: clusters.length }) : ''}
      </p>
      <List.List label={t('label')} className="max-h-[min(26rem,60dvh)] overflow-y-auto overscroll-contain p-1.5">
        <List.Empty className="px-3 py-8 text-center text-muted">
          {isSearching ? t('searching') : t('empty', { query })}
        </List.Empty>
        {commandGroups.map((group) => {
          const members = commands.filter((command) => command.group === group)
          return members.length === 0 ? null : (
            <List.Group
              key={group}
              heading={t(group)}
              className="[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:font-medium [&_[cmdk-group-heading]]:text-muted [&_[cmdk-group-heading]]:text-xs"
            >
              {members.map((command) => (
                <CommandLine key={command.id} command={command} onDone={onDone} />
              ))}
            </List.Group>
          )
        })}
      </List.List>
    </List>
  )
}

function CommandLine({ command, onDone }: { command: Command; onDone: () => void }) {
  const t = useTranslations('shell.palette')
  return (
    <List.Item
      value={command.id}
      keywords={[command.label, command.keywords ?? '']}
      onSelect={() => {
        onDone()
        command.run()
      }}
      className="flex min-h-9 cursor-default select-none items-center gap-2.5 rounded-md px-2.5 py-1.5 data-[selected=true]:bg-hover pointer-coarse:min-h-11 [&>svg]:size-4 [&>svg]:shrink-0 [&>svg]:text-muted"
    >
      {command.icon}
      <span className="min-w-0 flex-1 truncate">{command.label}</span>
      {command.note ? <span className="shrink-0 text-muted text-sm">{command.note}</span> : null}
      {command.isCurrent ? (
        <span className="inline-flex items-center gap-1 text-muted text-sm">
          <Check aria-hidden="true" className="size-3.5" />
          {t('current')}
        </span>
      ) : null}
      {command.keys ? (
        <span aria-hidden="true" className="flex gap-1 max-sm:hidden">
          {command.keys.map((key) => (
            <Kbd key={key}>{key}</Kbd>
          ))}
        </span>
      ) : null}
    </List.Item>
  )
}
