import { spawnSync } from 'node:child_process'

/** What the kernel itself keeps a process to. Where a system lacks the programs for it, there is no wall, only the watch. */
export interface ProcessWalls {
  /** Of private memory it may write to, with what a Go program sets aside and never touches: 64 MiB for an empty etcd. */
  readonly dataMaxBytes?: number | undefined
  /** Of any one file it writes. */
  readonly fileMaxBytes?: number | undefined
  /** From 0 to 19: how far it stands back where others want the processor. */
  readonly niceness?: number | undefined
}

interface Prefixed {
  /** Linux: the kernel kills it when the process that started it ends. */
  readonly endsWithParent: boolean
  readonly walls?: ProcessWalls | undefined
}

/** The words in front of a command that put it behind its walls; each program replaces itself by the next, so the pid stays. */
export function wallsPrefix({ endsWithParent, walls }: Prefixed): string[] {
  return [...(walls ? wallWords(walls) : []), ...(endsWithParent ? ifWorks(['setpriv', '--pdeathsig', 'KILL']) : [])]
}

const stackBytes = 2 ** 20

function wallWords({ niceness, dataMaxBytes, fileMaxBytes }: ProcessWalls): string[] {
  // Nor is there a memory image of what crashed: what etcd holds is as secret there as in its file.
  const limits = ifWorks(['prlimit', '--core=0'])
  // A thread's stack counts as memory it may write to, and there are as many as processors and calls that wait.
  const data = dataMaxBytes === undefined ? [] : [`--data=${dataMaxBytes}`, `--stack=${stackBytes}`]
  const file = fileMaxBytes === undefined ? [] : [`--fsize=${fileMaxBytes}`]
  return [
    ...(niceness === undefined ? [] : ifWorks(['nice', '-n', String(niceness)])),
    ...limits,
    ...(limits.length > 0 ? [...data, ...file] : []),
  ]
}

const known = new Map<string, boolean>()

/** Words as they are, or none where the program is missing or does not understand them. */
function ifWorks(words: string[]): string[] {
  const key = words.join(' ')
  const [program = '', ...args] = words
  const works =
    known.get(key) ??
    (process.platform === 'linux' && spawnSync(program, [...args, 'true'], { stdio: 'ignore' }).status === 0)
  known.set(key, works)
  return works ? words : []
}
