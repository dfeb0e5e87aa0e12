'use client'

import { RotateCcw } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Badge } from '#app/_components/ui/badge.tsx'
import { Button } from '#app/_components/ui/button.tsx'

interface TakeBackProps {
  /** Name of the setting. */
  name: string
  onTakeBack: () => void
  disabled: boolean
}

/** Beside a setting the cluster has set itself: says so, and takes it back. */
export function TakeBack({ name, onTakeBack, disabled }: TakeBackProps) {
  const t = useTranslations('cluster-backups.settings')
  return (
    <span className="flex items-center gap-1.5">
      <Badge tone="accent" icon={null}>
        {t('own')}
      </Badge>
      {disabled ? null : (
        <Button
          size="sm"
          variant="ghost"
          icon={<RotateCcw aria-hidden="true" />}
          onClick={onTakeBack}
          aria-label={t('takeBack', { name })}
        >
          {t('asTeam')}
        </Button>
      )}
    </span>
  )
}
