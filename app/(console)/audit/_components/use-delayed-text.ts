'use client'

import { useEffect, useRef, useState } from 'react'

/** Pause in typing after which a search is sent. */
const pauseMs = 300

/** Text that is typed at once and taken over after a pause; follows what is asked for when that changes elsewhere. */
export function useDelayedText(
  asked: string,
  ask: (text: string) => void,
): [text: string, set: (text: string) => void] {
  const [text, setText] = useState(asked)
  const [lastAsked, setLastAsked] = useState(asked)
  const latestAsk = useRef(ask)
  if (asked !== lastAsked) {
    setLastAsked(asked)
    // What was asked for is what is typed, up to a space at an end: rewriting it then would eat the space.
    if (text.trim() !== asked) setText(asked)
  }
  useEffect(() => {
    latestAsk.current = ask
  })
  useEffect(() => {
    if (text.trim() === asked) return
    const timer = setTimeout(() => latestAsk.current(text.trim()), pauseMs)
    return () => clearTimeout(timer)
  }, [text, asked])
  return [text, setText]
}
