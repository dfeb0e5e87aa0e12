import { execFile } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from './source-files.ts'

export interface ToolAnswer {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a binary of node_modules with our own Node in a folder, and answers whatever it says, also when it fails. */
export async function runTool(name: string, args: readonly string[], cwd: string): Promise<ToolAnswer> {
  const { promise, resolve } = Promise.withResolvers<ToolAnswer>()
  const options = { cwd, maxBuffer: 64 * 2 ** 20, timeout: 60_000 }
  const command = [join(root, 'node_modules/.bin', name), ...args]
  const child = execFile(process.execPath, command, options, (_error, stdout, stderr) => {
    resolve({ exitCode: child.exitCode ?? -1, stdout, stderr })
  })
  return await promise
}

/** Writes `{ path: content }` below a folder and lends it the packages of the checkout. */
export function plantFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [file, content] of Object.entries(files)) {
    const path = join(folder, file)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content)
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
}
