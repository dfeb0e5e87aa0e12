import { endForgottenEtcd } from '#lib/etcd-server/forgotten-clusters.ts'
import type { DemoAccess } from '#scripts/app/demo.ts'
import { ensureDemo } from '#scripts/app/demo.ts'
import type { Environment } from '#scripts/process/child.ts'
import { printFailure, runStep } from '#scripts/steps.ts'
import type { RunningDemoCluster } from './demo-clusters.ts'
import { demoDir, startDemoClusters, stopDemoClusters } from './demo-clusters.ts'
import { openDemoTeam } from './demo-team.ts'
import { importDemoClusters } from './import-clusters.ts'

interface Stage {
  publicUrl: string
  localUrl: string
  env: Environment
  /** Ports of this machine the team may reach besides. */
  allowed: readonly string[]
}

/**
 * What there is to look at on the first day: a team, and clusters of different health. The clusters come up beside
 * everything else. The product is of use without any of it: a failure is shown and everything keeps running.
 */
export class DemoShow {
  readonly #starting: Promise<RunningDemoCluster[]>
  #running: readonly RunningDemoCluster[] = []

  /** Begins at once, as soon as etcd is there. */
  constructor(etcd: Promise<unknown>) {
    this.#starting = etcd.then(startDemoClusters)
    this.#starting.then(
      (clusters) => {
        this.#running = clusters
      },
      () => undefined,
    )
  }

  /** Shows it, once the product answers. */
  async offer({ publicUrl, localUrl, env, allowed }: Stage): Promise<DemoAccess | undefined> {
    let demo: DemoAccess | undefined
    await tryStep('Demo team', async () => {
      demo = await ensureDemo(publicUrl, localUrl)
      return demo.isNew ? 'made' : 'as it was'
    })
    const access = demo
    if (!access) return undefined
    if (allowed.length > 0) {
      await tryStep('Allowed', async () => {
        await (await openDemoTeam(access, { localUrl, env })).allow(allowed)
        return `the demo team may reach ${allowed.join(', ')}`
      })
    }
    await tryStep('Demo clusters', async () => {
      const clusters = await this.#starting
      const changed = await importDemoClusters(clusters, await openDemoTeam(access, { localUrl, env }))
      return `${clusters.length} running, ${changed === 0 ? 'as they were' : `${changed} brought in`}`
    })
    return access
  }

  /** Ends the clusters that run by now; their data stays. */
  async end(): Promise<void> {
    await stopDemoClusters(this.#running)
  }
}

/** What a killed start with a demo left running, where this one has none. */
export async function endForgottenDemo(): Promise<void> {
  await endForgottenEtcd(demoDir())
}

async function tryStep(name: string, work: () => Promise<string>): Promise<void> {
  await runStep(name, work).catch(printFailure)
}
