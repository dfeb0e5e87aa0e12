'use client'

import { useSyncExternalStore } from 'react'

const storageKey = 'kstone-single-keys'
const listeners = new Set<() => void>()

/** Whether keys without Ctrl or Command do something; people who speak to their computer switch them off (WCAG 2.1.4). */
export function useSingleKeys(): [isOn: boolean, setOn: (isOn: boolean) => void] {
  const isOn = useSyncExternalStore(subscribe, areSingleKeysOn, () => true)
  return [isOn, setSingleKeys]
}

export function areSingleKeysOn(): boolean {
  return window.localStorage.getItem(storageKey) !== 'off'
}

function setSingleKeys(isOn: boolean): void {
  window.localStorage.setItem(storageKey, isOn ? 'on' : 'off')
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  window.addEventListener('storage', listener)
  return () => {
    listeners.delete(listener)
    window.removeEventListener('storage', listener)
  }
}
