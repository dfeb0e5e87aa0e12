import type { ApiOperation } from './operations.ts'

/** A call to type into a shell, or undefined where no API key is let in. `publicUrl` has no slash at its end. */
export function curlLine(operation: ApiOperation, publicUrl: string): string | undefined {
  if (operation.isSessionOnly) return undefined
  const { method, path, access, body, answer } = operation
  const parts = [
    method === 'GET' ? 'curl' : `curl -X ${method}`,
    ...(answer.stream === 'text/event-stream' ? ['-N'] : []),
    ...(access === 'public' ? [] : ['-H "Authorization: Bearer $KSTONE_API_KEY"']),
    ...(method === 'GET' ? [] : ["-H 'content-type: application/json'"]),
    ...(body ? [`-d '${oneLine(body.example)}'`] : []),
    `"${publicUrl}${path.replace(/\{(\w+)\}/g, (_whole, name: string) => `$${shellName(name)}`)}"`,
  ]
  return parts.join(' \\\n  ')
}

function oneLine(json: string): string {
  // A single quote ends the shell's string: it is left, written and entered again.
  return JSON.stringify(JSON.parse(json || '{}')).replaceAll("'", String.raw`'\''`)
}

/** `userId` → `USER_ID` */
function shellName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()
}
