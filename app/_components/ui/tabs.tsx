'use client'

import { Tabs as BaseTabs } from '@base-ui/react/tabs'
import Link from 'next/link'
import { usePathname } from 'next/navigation'
import type { ReactNode } from 'react'
import { classNames } from './class-names.ts'

export interface TabItem {
  value: string
  label: ReactNode
  /** Number beside the label. */
  count?: number
  content: ReactNode
}

export interface TabsProps {
  label: string
  tabs: readonly TabItem[]
  defaultValue?: string
  value?: string
  onValueChange?: (value: string) => void
}

/** The line is painted inside, where the marker lies over it: anything beyond the edge would make the row scroll. */
const listClasses = 'relative flex gap-1 overflow-x-auto overflow-y-hidden shadow-[inset_0_-1px_0_var(--color-line)]'
const tabClasses =
  'relative inline-flex h-9 shrink-0 items-center gap-2 rounded-t-md px-3 font-medium text-muted transition-colors hover:text-ink focus-visible:-outline-offset-2'
const activeClasses =
  'text-ink after:absolute after:inset-x-1.5 after:bottom-0 after:h-0.5 after:rounded-full after:bg-accent'

/** Views of one thing on one page. For views with their own address use `TabLinks`. */
export function Tabs({ label, tabs, defaultValue, value, onValueChange }: TabsProps) {
  return (
    <BaseTabs.Root
      defaultValue={defaultValue ?? tabs[0]?.value ?? null}
      {...(value === undefined ? {} : { value })}
      onValueChange={(next) => onValueChange?.(String(next))}
    >
      <BaseTabs.List aria-label={label} className={listClasses}>
        {tabs.map((tab) => (
          <BaseTabs.Tab
            key={tab.value}
            value={tab.value}
            className={(state) => classNames(tabClasses, state.active && activeClasses)}
          >
            {tab.label}
            {tab.count === undefined ? null : <TabCount count={tab.count} />}
          </BaseTabs.Tab>
        ))}
      </BaseTabs.List>
      {tabs.map((tab) => (
        <BaseTabs.Panel key={tab.value} value={tab.value} className="pt-4">
          {tab.content}
        </BaseTabs.Panel>
      ))}
    </BaseTabs.Root>
  )
}

export interface TabLink {
  href: string
  label: ReactNode
  count?: number
}

/** Tabs that are pages: a navigation whose current link is marked. */
export function TabLinks({ label, links }: { label: string; links: readonly TabLink[] }) {
  const pathname = usePathname()
  return (
    <nav aria-label={label} className={classNames(listClasses, 'mb-5')}>
      {links.map((link) => (
        <Link
          key={link.href}
          href={link.href}
          aria-current={pathname === link.href ? 'page' : undefined}
          className={classNames(tabClasses, pathname === link.href && activeClasses)}
        >
          {link.label}
          {link.count === undefined ? null : <TabCount count={link.count} />}
        </Link>
      ))}
    </nav>
  )
}

function TabCount({ count }: { count: number }) {
  return <span className="rounded-full bg-hover px-1.5 text-muted text-xs tabular-nums">{count}</span>
}
