import { AppError } from '#lib/errors.ts'

interface Line {
  running: number
  waiting: (() => void)[]
}

export interface FairPlaces {
  /** Runs `work` once one of the owner's places is free. Throws `dependency-unavailable` after waiting too long for one. */
  run<T>(owner: string, work: () => Promise<T>): Promise<T>
}

/**
 * Lets each owner do at most `placesPerOwner` things at once in this process; more wait in the owner's own line, for at most
 * `waitMaxMs`. So one busy team waits for itself, while the connections of the pool stay free for the others.
 */
export function createFairPlaces(placesPerOwner: number, waitMaxMs: number): FairPlaces {
  const lines = new Map<string, Line>()

  const leave = (owner: string, line: Line) => {
    const next = line.waiting.shift()
    if (next) return next()
    line.running -= 1
    if (line.running === 0) lines.delete(owner)
  }

  return {
    async run(owner, work) {
      const line = lines.get(owner) ?? { running: 0, waiting: [] }
      lines.set(owner, line)
      if (line.running < placesPerOwner) line.running += 1
      else await waitIn(line, waitMaxMs)
      try {
        return await work()
      } finally {
        leave(owner, line)
      }
    },
  }
}

/** Resolves when a place is handed over: the one who leaves keeps it counted for the one who comes. */
function waitIn(line: Line, waitMaxMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      line.waiting.splice(line.waiting.indexOf(enter), 1)
      reject(new AppError('dependency-unavailable', `No place of this team was free within ${waitMaxMs} ms`))
    }, waitMaxMs)
    const enter = () => {
      clearTimeout(timer)
      resolve()
    }
    line.waiting.push(enter)
  })
}
