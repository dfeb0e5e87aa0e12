'use client'

import { useCallback } from 'react'
import { useKeyTranslator } from '#app/_components/use-key-translator.ts'

/** What an action's code says in words; the code itself where there are none. */
export function useActionName(): (action: string) => string {
  const translate = useKeyTranslator('audit')
  return useCallback((action) => translate(`actions.${action}`, undefined, action), [translate])
}
