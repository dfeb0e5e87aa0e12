import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A disk with an end, mounted over a folder; what it holds is gone with it. */
export interface SmallDisk extends AsyncDisposable {
  /** To a size as `mount` has it: `8m`. */
  resize(size: string): Promise<void>
}

/** Needs root, as who mounts does. */
export async function mountSmallDisk(folder: string, size: string): Promise<SmallDisk> {
  await mount('size=', size, folder)
  return {
    resize: (other) => mount('remount,size=', other, folder),
    [Symbol.asyncDispose]: async () => void (await run('umount', ['--lazy', folder])),
  }
}

async function mount(option: string, size: string, folder: string): Promise<void> {
  await run('mount', ['-t', 'tmpfs', '-o', `${option}${size}`, 'tmpfs', folder]).catch((cause: unknown) => {
    throw new Error(
      `A disk of ${size} could not be mounted: run this as root, in a container with --cap-add SYS_ADMIN`,
      {
        cause,
      },
    )
  })
}
