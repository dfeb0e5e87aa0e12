'use client'

import { RotateCcw } from 'lucide-react'
import { Badge } from '#app/_components/ui/badge.tsx'
import { Button } from '#app/_components/ui/button.tsx'
import { useBelowWords } from './settings-below.tsx'

interface TakeBackProps {
  /** Name of the setting. */
  name: string
  onTakeBack: () => void
  disabled: boolean
}

/** Beside a setting of one's own: says so, and takes it back. */
export function TakeBack({ name, onTakeBack, disabled }: TakeBackProps) {
  const words = useBelowWords()
  return (
    <span className="flex items-center gap-1.5">
      <Badge tone="accent" icon={null}>
        {words.own}
      </Badge>
      {disabled ? null : (
        <Button
          size="sm"
          variant="ghost"
          icon={<RotateCcw aria-hidden="true" />}
          onClick={onTakeBack}
          aria-label={words.takeBackOf(name)}
        >
          {words.takeBack}
        </Button>
      )}
    </span>
  )
}
