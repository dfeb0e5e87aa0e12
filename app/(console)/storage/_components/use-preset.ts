'use client'

import { useEffect, useRef, useState } from 'react'
import type { PresetName } from './presets.ts'
import { endpointToFill, presets } from './presets.ts'
import type { NewTargetForm } from './use-new-target.ts'

/** The service a bucket lies at: choosing one fills in how it is addressed, and the endpoint follows the region. */
export function usePreset({ hook }: NewTargetForm): [PresetName, (name: PresetName) => void] {
  const [preset, setPreset] = useState<PresetName>('aws')
  const filled = useRef('')
  const region = hook.watch('settings.region')
  const { getValues, setValue } = hook

  useEffect(() => {
    const endpoint = getValues('settings.endpoint')
    const next = endpointToFill(preset, { region, endpoint, filled: filled.current })
    if (next === undefined || next === endpoint) return
    filled.current = next
    setValue('settings.endpoint', next)
  }, [preset, region, getValues, setValue])

  function choose(name: PresetName) {
    const chosen = presets[name]
    const endpoint = chosen.endpointIn?.(chosen.region) ?? ''
    setPreset(name)
    filled.current = endpoint
    setValue('settings.region', chosen.region)
    setValue('settings.endpoint', endpoint)
    setValue('settings.pathStyle', chosen.pathStyle)
  }
  return [preset, choose]
}
