'use client'

import { useTranslations } from 'next-intl'
import { Badge } from '#app/_components/ui/badge.tsx'
import type { Tone } from '#app/_components/ui/tone.tsx'
import type { Severity } from '#lib/contracts/inspections.ts'

const severityTones: Record<Severity, Tone> = { info: 'info', warning: 'warn', critical: 'danger' }

/** How bad a finding is: sign and word. */
export function SeverityBadge({ severity }: { severity: Severity }) {
  const t = useTranslations('inspections.severities')
  return <Badge tone={severityTones[severity]}>{t(severity)}</Badge>
}
