'use client'

import { useEffect, useState } from 'react'
import type { TableState } from '#app/_components/table/table-state.ts'
import { Input } from '#app/_components/ui/input.tsx'

interface FilterInputProps {
  state: TableState
  /** Name of the filter. */
  id: string
  label: string
  placeholder: string
  /** What the server would refuse is not sent. */
  pattern: RegExp
  className?: string
}

/** Pause in typing after which the list is asked for. */
const pauseMs = 300

/** A filter that is typed. */
export function FilterInput({ state, id, label, placeholder, pattern, className = '' }: FilterInputProps) {
  const asked = state.filters[id] ?? ''
  const [text, setText] = useState(asked)
  const [lastAsked, setLastAsked] = useState(asked)
  if (asked !== lastAsked) {
    setLastAsked(asked)
    setText(asked)
  }
  const typed = text.trim()
  const isRight = typed === '' || pattern.test(typed)

  useEffect(() => {
    if (typed === asked || !isRight) return
    const timer = setTimeout(() => state.setFilter(id, typed), pauseMs)
    return () => clearTimeout(timer)
  }, [typed, asked, isRight, id, state])

  return (
    <div className={className}>
      <Input
        aria-label={label}
        aria-invalid={isRight ? undefined : true}
        placeholder={placeholder}
        value={text}
        spellCheck={false}
        autoCapitalize="none"
        autoComplete="off"
        onChange={(event) => setText(event.target.value)}
      />
    </div>
  )
}
