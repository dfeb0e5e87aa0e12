const shelf = Symbol.for('kstone.process-wide')

/**
 * What a process must have only once, such as a registry or a pool. A module's own variable is not enough: Next bundles a
 * module once for pages, once for routes, once for instrumentation, and each copy has variables of its own.
 *
 * @param name one per value, in the whole product
 */
export function processWide<Value>(name: string, create: () => Value): Value {
  const values: Map<string, unknown> = Reflect.get(globalThis, shelf) ?? new Map()
  Reflect.set(globalThis, shelf, values)
  if (!values.has(name)) values.set(name, create())
  return values.get(name) as Value
}
