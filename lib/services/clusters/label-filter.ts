/** Clusters with a label: `env=prod`, or `env` for any value. */
export function labelFilter(label: string): object {
  const [name = '', value] = label.split('=')
  return { labels: { path: [name], ...(value === undefined ? { string_contains: '' } : { equals: value }) } }
}
