import { setTimeout as sleep } from 'node:timers/promises'
import { messageOf, StepError } from '#scripts/step-error.ts'
import type { Child, Exit } from './child.ts'

export type Service = {
  name: string
  start: () => Promise<Child>
  stopSignal: NodeJS.Signals
  /** How long it may take to end before it is killed. */
  graceMs: number
}

/** Who hears of what happens while everything runs. */
export type Listener = { report: (line: string) => void; giveUp: (error: StepError) => void }

// A service that lived this long did start properly; its next death is a new story.
const quickDeathMs = 30_000
const quickDeathsMax = 5

/** Keeps services running: one that ends is started again, after a pause that doubles, at most five times in a row. */
export class Supervisor {
  readonly #listener: Listener
  readonly #running = new Map<string, { service: Service; child: Child }>()
  #isStopping = false

  constructor(listener: Listener) {
    this.#listener = listener
  }

  /** Starts a service and keeps it running from then on. Throws when it does not start the first time. */
  async run(service: Service): Promise<Child> {
    const child = await service.start()
    this.#adopt(service, { child, quickDeaths: 0 })
    return child
  }

  /** Stops everything, the last started first. */
  async stop(): Promise<void> {
    this.#isStopping = true
    for (const { service, child } of [...this.#running.values()].reverse()) {
      this.#listener.report(`stopping ${service.name}`)
      await child.stop(service.stopSignal, service.graceMs)
    }
  }

  #adopt(service: Service, { child, quickDeaths }: { child: Child; quickDeaths: number }): void {
    const startedAt = Date.now()
    this.#running.set(service.name, { service, child })
    child.exited
      .then((exit) => {
        if (this.#isStopping) return
        this.#listener.report(`${service.name} ended unexpectedly (${describe(exit)}), starting it again`)
        return this.#revive(service, Date.now() - startedAt < quickDeathMs ? quickDeaths + 1 : 1)
      })
      .catch((error: unknown) => this.#listener.giveUp(asStepError(error)))
  }

  async #revive(service: Service, quickDeaths: number): Promise<void> {
    if (quickDeaths >= quickDeathsMax) {
      const logFile = this.#running.get(service.name)?.child.logFile
      throw new StepError(`${service.name} ended ${quickDeaths} times in a row`, {
        fix: 'mend what its log says, then start again',
        ...(logFile ? { logFile } : {}),
      })
    }
    await sleep(250 * 2 ** quickDeaths)
    if (this.#isStopping) return
    try {
      const child = await service.start()
      if (this.#isStopping) return await child.stop(service.stopSignal, service.graceMs)
      this.#adopt(service, { child, quickDeaths })
      this.#listener.report(`${service.name} runs again`)
    } catch (error) {
      if (this.#isStopping) return
      this.#listener.report(`${service.name} did not start: ${messageOf(error)}`)
      await this.#revive(service, quickDeaths + 1)
    }
  }
}

function describe({ code, signal }: Exit): string {
  return signal ? `signal ${signal}` : `code ${code}`
}

function asStepError(error: unknown): StepError {
  return error instanceof StepError ? error : new StepError(messageOf(error), { fix: 'start again', cause: error })
}
