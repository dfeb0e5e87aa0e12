import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { inheritedEnvironment } from '#scripts/app/build.ts'
import { rootDir } from '#scripts/paths.ts'

/** Runs one of the commands of `scripts/` as npm would, with only these settings; gives its exit code and all it printed. */
export function runScript(
  name: string,
  args: string[],
  env: Record<string, string>,
): Promise<{ code: number; output: string }> {
  const program = join(rootDir, 'scripts', `${name}.ts`)
  return new Promise((resolve) => {
    const options = { env: { NODE_ENV: 'production' as const, ...inheritedEnvironment(), ...env } }
    execFile(process.execPath, [program, ...args], options, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, output: stdout + stderr })
    })
  })
}
