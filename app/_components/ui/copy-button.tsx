'use client'

import { Check, Copy } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useEffect, useState } from 'react'
import { Button } from './button.tsx'
import { copyText } from './clipboard.ts'
import { IconButton } from './icon-button.tsx'
import { toast } from './toast.tsx'

const doneMs = 2000

export interface CopyButtonProps {
  text: string
  /** What is copied, for the name of the button; default "Copy". */
  label?: string
  /** Shows the label beside the icon. */
  withLabel?: boolean
  size?: 'sm' | 'md'
}

/** Puts a text on the clipboard and says so. */
export function CopyButton({ text, label, withLabel = false, size = 'sm' }: CopyButtonProps) {
  const t = useTranslations('ui')
  const [isDone, setIsDone] = useState(false)

  useEffect(() => {
    if (!isDone) return
    const timer = setTimeout(() => setIsDone(false), doneMs)
    return () => clearTimeout(timer)
  }, [isDone])

  async function copy() {
    const isCopied = await copyText(text)
    setIsDone(isCopied)
    if (!isCopied) toast.failure(t('copyFailed'), { description: t('copyFailedFix') })
  }

  const name = isDone ? t('copied') : (label ?? t('copy'))
  const icon = isDone ? <Check aria-hidden="true" className="text-ok" /> : <Copy aria-hidden="true" />
  return (
    <>
      {withLabel ? (
        <Button size={size} icon={icon} onClick={copy}>
          {name}
        </Button>
      ) : (
        <IconButton size={size} label={name} icon={icon} onClick={copy} />
      )}
      <span role="status" className="sr-only">
        {isDone ? t('copied') : ''}
      </span>
    </>
  )
}
