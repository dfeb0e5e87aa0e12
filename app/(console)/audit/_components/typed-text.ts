'use client'

import { useEffect, useRef, useState } from 'react'

/** Pause in typing after which a search is sent. */
const pauseMs = 300

/** Text somebody types; follows what is asked for when that changes elsewhere. */
export function useFollowed(asked: string): [text: string, set: (text: string) => void] {
  const [text, setText] = useState(asked)
  const [lastAsked, setLastAsked] = useState(asked)
  if (asked !== lastAsked) {
    setLastAsked(asked)
    // What is asked for is what was typed, up to a space at an end: rewriting it then would eat the space.
    if (text.trim() !== asked) setText(asked)
  }
  return [text, setText]
}

/** The same, asked for by itself after a pause. */
export function useDelayedText(
  asked: string,
  ask: (text: string) => void,
): [text: string, set: (text: string) => void] {
  const [text, setText] = useFollowed(asked)
  const latestAsk = useRef(ask)
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
