'use client'

import type { ComponentType, ReactNode } from 'react'
import { createContext, use, useCallback, useRef, useState } from 'react'

export interface StepUpDialogProps {
  open: boolean
  /** Call with true after a fresh sign-in, with false when the person gave up. */
  onEnd: (isFresh: boolean) => void
}

/** Asks for a fresh sign-in; answers whether one happened. */
export type AskStepUp = () => Promise<boolean>

const StepUpContext = createContext<AskStepUp>(async () => false)

/** Holds the one dialog that asks for a fresh sign-in; requests that meet it at the same time share its answer. */
export function StepUpProvider({
  Dialog,
  children,
}: {
  Dialog: ComponentType<StepUpDialogProps>
  children: ReactNode
}) {
  const [isOpen, setIsOpen] = useState(false)
  const waiting = useRef<((isFresh: boolean) => void)[]>([])

  const ask = useCallback<AskStepUp>(() => {
    setIsOpen(true)
    return new Promise((resolve) => {
      waiting.current.push(resolve)
    })
  }, [])

  const end = useCallback((isFresh: boolean) => {
    setIsOpen(false)
    for (const resolve of waiting.current.splice(0)) resolve(isFresh)
  }, [])

  return (
    <StepUpContext value={ask}>
      {children}
      <Dialog open={isOpen} onEnd={end} />
    </StepUpContext>
  )
}

export function useStepUp(): AskStepUp {
  return use(StepUpContext)
}
