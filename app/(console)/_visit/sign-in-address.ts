/** Where somebody without a session goes, with the way back; `path` is ours and begins with a slash. */
export function signInAddress(path: string): string {
  return path === '/' ? '/sign-in' : `/sign-in?${new URLSearchParams({ from: path })}`
}
