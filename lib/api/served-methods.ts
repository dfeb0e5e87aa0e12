export type RouteMethods = readonly (readonly [path: string, methods: readonly string[]])[]

/** Where our proxy sends a request with a method that its route does not have, its own address behind it. */
export const refusedPrefix = '/api/v1/-'

/**
 * Finds what may be asked of an address, as the header `Allow` says it; undefined where no route is. A route with a word in
 * a place goes before one with a value there.
 */
export function methodsServed(routes: RouteMethods, pathname: string): readonly string[] | undefined {
  const segments = pathname.split('/')
  const found = routes
    .filter(([path]) => fits(path.split('/'), segments))
    .toSorted(([one], [other]) => valuesIn(one) - valuesIn(other))[0]
  return found && [...found[1], ...(found[1].includes('GET') ? ['HEAD'] : []), 'OPTIONS']
}

function fits(pattern: readonly string[], segments: readonly string[]): boolean {
  return (
    pattern.length === segments.length &&
    pattern.every((part, index) => (part.startsWith('{') ? segments[index] !== '' : part === segments[index]))
  )
}

function valuesIn(path: string): number {
  return path.split('{').length
}
