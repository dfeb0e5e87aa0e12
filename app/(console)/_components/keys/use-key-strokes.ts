'use client'

import { useEffect, useRef } from 'react'
import type { KeyCommand } from './key-strokes.ts'
import { meaningOf, nothingPressed } from './key-strokes.ts'
import { areSingleKeysOn } from './single-keys.ts'

/** Listens to the keyboard for the console as a whole; `goToKeys` are the second keys after `g`. */
export function useKeyStrokes(goToKeys: ReadonlySet<string>, onCommand: (command: KeyCommand) => void): void {
  const latest = useRef({ goToKeys, onCommand })
  useEffect(() => {
    latest.current = { goToKeys, onCommand }
  })
  useEffect(() => {
    let memory = nothingPressed
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || event.repeat) return
      const stroke = {
        key: event.key,
        hasMod: event.ctrlKey || event.metaKey,
        hasAlt: event.altKey,
        isTaken: isTakenElsewhere(event.target) || !areSingleKeysOn(),
        atMs: event.timeStamp,
      }
      const meaning = meaningOf(stroke, memory, latest.current.goToKeys)
      memory = meaning.memory
      if (meaning.command === undefined) return
      event.preventDefault()
      latest.current.onCommand(meaning.command)
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [])
}

const typingPlaces = 'input, textarea, select, [contenteditable]:not([contenteditable="false"])'
const openWindows = '[role="dialog"], [role="alertdialog"], [role="menu"], [role="listbox"]'

function isTakenElsewhere(target: EventTarget | null): boolean {
  if (target instanceof Element && target.closest(typingPlaces)) return true
  return document.querySelector(openWindows) !== null
}
