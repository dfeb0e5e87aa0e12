'use client'

import { useTranslations } from 'next-intl'
import { Panel } from '#app/_components/ui/panel.tsx'

const swatches = {
  canvas: 'bg-canvas text-ink',
  surface: 'bg-surface text-ink',
  raised: 'bg-raised text-ink',
  sunken: 'bg-sunken text-ink',
  hover: 'bg-hover text-ink',
  accent: 'bg-accent text-on-accent',
  accentSoft: 'bg-accent-soft text-accent-ink border-accent-line',
  ok: 'bg-ok-soft text-ok border-ok-line',
  warn: 'bg-warn-soft text-warn border-warn-line',
  danger: 'bg-danger-soft text-danger border-danger-line',
  info: 'bg-info-soft text-info border-info-line',
} as const

type SwatchName = keyof typeof swatches

const swatchNames = Object.keys(swatches).filter((name): name is SwatchName => name in swatches)

const sizes = ['text-3xl', 'text-2xl', 'text-xl', 'text-lg', 'text-base', 'text-sm', 'text-xs']

export function ColourSection() {
  const t = useTranslations('gallery')
  return (
    <Panel>
      <ul className="grid grid-cols-2 gap-2 sm:grid-cols-4 lg:grid-cols-6">
        {swatchNames.map((name) => (
          <li key={name} className={`flex h-16 items-end rounded-lg border border-line p-2 text-sm ${swatches[name]}`}>
            {t(`colours.${name}`)}
          </li>
        ))}
      </ul>
      <div className="mt-5 grid gap-6 md:grid-cols-2">
        <div className="min-w-0">
          {sizes.map((size) => (
            <p key={size} className={`${size} truncate`}>
              {t('type.sample')}
            </p>
          ))}
        </div>
        <div className="flex flex-col gap-1.5">
          <p>{t('type.sample')}</p>
          <p className="text-muted">{t('type.muted')}</p>
          <p className="text-faint text-sm">{t('type.faint')}</p>
          <p className="font-mono text-sm">{t('type.mono')}</p>
        </div>
      </div>
    </Panel>
  )
}
