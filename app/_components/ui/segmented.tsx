'use client'

import { Toggle } from '@base-ui/react/toggle'
import { ToggleGroup } from '@base-ui/react/toggle-group'
import type { ReactNode } from 'react'

export interface Segment<Value extends string = string> {
  value: Value
  label: string
  /** Shown in place of the label, which stays the name. */
  icon?: ReactNode
}

export interface SegmentedProps<Value extends string> {
  /** What is chosen between. */
  label: string
  segments: readonly Segment<Value>[]
  value: Value
  onValueChange: (value: Value) => void
}

/** One of a few short choices in a row, which takes effect at once. */
export function Segmented<Value extends string>({ label, segments, value, onValueChange }: SegmentedProps<Value>) {
  return (
    <ToggleGroup
      aria-label={label}
      value={[value]}
      onValueChange={([next]) => {
        // Pressing the chosen one again would leave none.
        if (next !== undefined) onValueChange(next)
      }}
      className="inline-flex rounded-md border border-line bg-sunken p-0.5"
    >
      {segments.map((segment) => (
        <Toggle
          key={segment.value}
          value={segment.value}
          aria-label={segment.label}
          title={segment.icon ? segment.label : undefined}
          className="inline-flex h-6 min-w-7 items-center justify-center rounded-sm px-2 font-medium text-muted text-sm whitespace-nowrap transition-colors hover:text-ink data-pressed:bg-surface data-pressed:text-ink data-pressed:shadow-control pointer-coarse:h-9 pointer-coarse:min-w-9 [&_svg]:size-4"
        >
          {segment.icon ?? segment.label}
        </Toggle>
      ))}
    </ToggleGroup>
  )
}
