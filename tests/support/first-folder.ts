/** Groups keys by what stands between their first two slashes; in a file of its own, so that a thread can load it. */
export function firstFolderOf(key: Uint8Array): string {
  return Buffer.from(key).toString().split('/')[1] ?? ''
}
