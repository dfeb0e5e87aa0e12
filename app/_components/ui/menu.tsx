'use client'

import { Menu as BaseMenu } from '@base-ui/react/menu'
import { Check } from 'lucide-react'
import Link from 'next/link'
import type { ReactElement, ReactNode } from 'react'
import { classNames } from './class-names.ts'
import { popupClasses, popupItemClasses } from './popup-classes.ts'

interface MenuLine {
  id: string
  label: ReactNode
  icon?: ReactNode
  /** Small print under the label; for a disabled item, why. */
  description?: ReactNode
}

export interface MenuAction extends MenuLine {
  onSelect: () => void
  disabled?: boolean
  tone?: 'plain' | 'danger'
}

export interface MenuLink extends MenuLine {
  href: string
}

export interface MenuChoice {
  id: string
  /** Heading over the choices. */
  label: string
  value: string
  onValueChange: (value: string) => void
  options: readonly { value: string; label: ReactNode; icon?: ReactNode }[]
}

export type MenuEntry =
  | MenuAction
  | MenuLink
  | MenuChoice
  | { id: string; separator: true }
  | { id: string; heading: ReactNode }

export interface MenuProps {
  /** The button that opens it: a `Button` or `IconButton`. */
  trigger: ReactElement
  entries: readonly MenuEntry[]
  align?: 'start' | 'center' | 'end'
  side?: 'top' | 'bottom' | 'left' | 'right'
}

/** A list of actions, links and choices behind a button. */
export function Menu({ trigger, entries, align = 'end', side = 'bottom' }: MenuProps) {
  return (
    <BaseMenu.Root modal={false}>
      <BaseMenu.Trigger render={trigger} />
      <BaseMenu.Portal>
        <BaseMenu.Positioner align={align} side={side} sideOffset={4} className="z-50 outline-none">
          <BaseMenu.Popup className={classNames(popupClasses, 'min-w-44 max-w-80')}>
            {entries.map((entry) => (
              <MenuEntryView key={entry.id} entry={entry} />
            ))}
          </BaseMenu.Popup>
        </BaseMenu.Positioner>
      </BaseMenu.Portal>
    </BaseMenu.Root>
  )
}

const headingClasses = 'px-2 pt-1.5 pb-1 font-medium text-muted text-xs'

function MenuEntryView({ entry }: { entry: MenuEntry }) {
  if ('separator' in entry) return <BaseMenu.Separator className="-mx-1 my-1 h-px bg-line" />
  if ('heading' in entry) return <div className={headingClasses}>{entry.heading}</div>
  if ('options' in entry) return <MenuChoiceView choice={entry} />
  if ('href' in entry) {
    return (
      <BaseMenu.LinkItem render={<Link href={entry.href} />} closeOnClick className={popupItemClasses}>
        <MenuText line={entry} />
      </BaseMenu.LinkItem>
    )
  }
  return (
    <BaseMenu.Item
      disabled={entry.disabled ?? false}
      onClick={entry.onSelect}
      className={classNames(
        popupItemClasses,
        entry.tone === 'danger' && 'not-data-disabled:text-danger data-highlighted:bg-danger-soft',
      )}
    >
      <MenuText line={entry} />
    </BaseMenu.Item>
  )
}

function MenuChoiceView({ choice }: { choice: MenuChoice }) {
  return (
    <BaseMenu.Group>
      <BaseMenu.GroupLabel className={headingClasses}>{choice.label}</BaseMenu.GroupLabel>
      <BaseMenu.RadioGroup value={choice.value} onValueChange={(value: string) => choice.onValueChange(value)}>
        {choice.options.map((option) => (
          <BaseMenu.RadioItem key={option.value} value={option.value} closeOnClick className={popupItemClasses}>
            {option.icon}
            <span className="min-w-0 flex-1 truncate">{option.label}</span>
            <BaseMenu.RadioItemIndicator className="text-accent-ink">
              <Check aria-hidden="true" />
            </BaseMenu.RadioItemIndicator>
          </BaseMenu.RadioItem>
        ))}
      </BaseMenu.RadioGroup>
    </BaseMenu.Group>
  )
}

function MenuText({ line }: { line: MenuLine }) {
  return (
    <>
      {line.icon}
      <span className="min-w-0 flex-1">
        <span className="block truncate">{line.label}</span>
        {line.description ? <span className="block text-muted text-sm">{line.description}</span> : null}
      </span>
    </>
  )
}
