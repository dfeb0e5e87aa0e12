import type { Tone } from '#app/_components/ui/tone.tsx'

export interface SampleCluster {
  id: string
  name: string
  state: 'healthy' | 'degraded' | 'failed' | 'unknown'
  members: number
  size: string
  version: string
  seenAt: string
}

export const stateTones: Record<SampleCluster['state'], Tone> = {
  healthy: 'ok',
  degraded: 'warn',
  failed: 'danger',
  unknown: 'unknown',
}

export const sampleClusters: readonly SampleCluster[] = [
  {
    id: '1',
    name: 'fleet-east-1',
    state: 'healthy',
    members: 3,
    size: '1.2 GiB',
    version: '3.5.30',
    seenAt: '2026-11-22T15:59:40Z',
  },
  {
    id: '2',
    name: 'fleet-east-2',
    state: 'degraded',
    members: 5,
    size: '612 MiB',
    version: '3.5.16',
    seenAt: '2026-11-22T15:54:02Z',
  },
  {
    id: '3',
    name: 'kube-prod-shanghai',
    state: 'failed',
    members: 3,
    size: '3.9 GiB',
    version: '3.4.23',
    seenAt: '2026-11-22T12:10:00Z',
  },
  {
    id: '4',
    name: 'apisix-gateway',
    state: 'unknown',
    members: 1,
    size: '48 MiB',
    version: '3.5.30',
    seenAt: '2026-11-19T08:00:00Z',
  },
]
