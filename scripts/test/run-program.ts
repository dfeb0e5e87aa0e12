import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { rootDir } from '#scripts/paths.ts'

const running = new Set<ChildProcess>()

/** Runs one of our tools by its file in node_modules, showing what it writes. Gives whether it ended with 0. */
export function runProgram(program: string, args: string[]): Promise<boolean> {
  const child = spawn(process.execPath, [program, ...args], { cwd: rootDir, stdio: 'inherit', env: process.env })
  running.add(child)
  return new Promise((resolve) => {
    child.once('error', () => resolve(false))
    child.once('exit', (code) => {
      running.delete(child)
      resolve(code === 0)
    })
  })
}

/** Asks what is running to end. */
export function stopPrograms(): void {
  for (const child of running) child.kill('SIGTERM')
}
