import { boundEvidence } from '#lib/bound-evidence.ts'
import type { DiagnosisStage, FindingCode, StageResult } from '#lib/contracts/diagnosis.ts'
import type { Door } from '#lib/net/door.ts'
import type { Secret } from '#lib/secret.ts'
import type { TlsFiles, TlsMaterialReport } from '../tls-material.ts'
import { inspectTlsMaterial } from '../tls-material.ts'
import { verdictOf } from './verdicts.ts'

export interface Credential {
  username: string
  password: Secret<string>
}

/** How a cluster is reached. */
export interface Access {
  /** `https://10.0.0.1:2379`, all with the same scheme. */
  endpoints: readonly string[]
  tls: TlsFiles
  reader?: Credential
  root?: Credential
  /** From the address a member advertises to the one it is reached at; `host:port` both. */
  addressMap: Readonly<Record<string, string>>
}

export interface Finding {
  code: FindingCode
  evidence?: StageResult['evidence']
  command?: string | null
}

/** What a stage found, at least one thing, and what later stages need of it; without a value they are not reached. */
export interface Outcome<Value> {
  findings: readonly [Finding, ...Finding[]]
  value?: Value
}

export interface RunOptions extends Omit<Door, 'signal'> {
  /** Ends the diagnosis as a whole, which is then rejected with its reason. */
  signal: AbortSignal
  onStage?: (result: StageResult) => void
}

interface Place {
  stage: DiagnosisStage
  /** Null for the cluster as a whole. */
  endpoint: string | null
  /** What the stage is given at most, of the time that is left for all. */
  deadlineMs: number
}

/** All stages together: 3 s are promised, what is told after that comes too late for whoever waits. */
const budgetMs = 2600

/** What one diagnosis holds in memory grows with the endpoints it looks at at a time. */
export const endpointsAtOnceMax = 4

/** One diagnosis under way: what is known from the start, and everything told so far. */
export class DiagnosisRun {
  readonly access: Access
  readonly material: TlsMaterialReport
  readonly results: StageResult[] = []
  readonly #options: RunOptions
  readonly #signal: AbortSignal
  readonly #startedMs = performance.now()

  constructor(access: Access, options: RunOptions) {
    this.access = access
    this.material = inspectTlsMaterial(access, new Date())
    this.#options = options
    this.#signal = AbortSignal.any([options.signal, AbortSignal.timeout(budgetMs)])
  }

  get elapsedMs(): number {
    return Math.round(performance.now() - this.#startedMs)
  }

  get isOutOfTime(): boolean {
    return this.#signal.aborted
  }

  /** A way out that closes at a deadline, or earlier when the time for all is over. */
  door(deadlineMs: number): Door {
    const { policy, dnsServers } = this.#options
    const signal = AbortSignal.any([this.#signal, AbortSignal.timeout(deadlineMs)])
    return { policy, ...(dnsServers ? { dnsServers } : {}), signal }
  }

  /** Runs one stage, tells what it found, and gives what later stages need of it. Out of time it is not begun. */
  async stage<Value>(place: Place, look: (door: Door) => Promise<Outcome<Value>>): Promise<Value | undefined> {
    this.#options.signal.throwIfAborted()
    if (this.isOutOfTime) return this.skip([place.stage], place.endpoint)
    const startedMs = performance.now()
    const outcome = await look(this.door(place.deadlineMs))
    this.#options.signal.throwIfAborted()
    const durationMs = Math.round(performance.now() - startedMs)
    for (const finding of outcome.findings) this.#tell(place, finding, durationMs)
    return outcome.value
  }

  /** Tells of stages that cannot be looked at. */
  skip(stages: readonly DiagnosisStage[], endpoint: string | null): undefined {
    for (const stage of stages) this.#tell({ stage, endpoint }, { code: 'not-reached' }, 0)
  }

  #tell({ stage, endpoint }: Omit<Place, 'deadlineMs'>, finding: Finding, durationMs: number): void {
    const { code, evidence = {}, command = null } = finding
    const result = {
      stage,
      endpoint,
      verdict: verdictOf[code],
      code,
      durationMs,
      evidence: boundEvidence(evidence),
      command,
    }
    this.results.push(result)
    this.#options.onStage?.(result)
  }
}
