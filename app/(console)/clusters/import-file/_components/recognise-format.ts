import type { ImportFormat } from '#lib/contracts/cluster-imports.ts'

const formatsByEnding: Record<string, ImportFormat> = {
  csv: 'csv',
  tsv: 'csv',
  yaml: 'yaml',
  yml: 'yaml',
  json: 'yaml',
  env: 'env',
  sh: 'env',
  conf: 'env',
}

/** How a list is written, told by its name and else by its first lines; undefined when neither tells. */
export function recogniseFormat(fileName: string, text: string): ImportFormat | undefined {
  const ending = /\.([a-z]+)$/i.exec(fileName)?.[1]?.toLowerCase() ?? ''
  return formatsByEnding[ending] ?? recogniseText(text)
}

function recogniseText(text: string): ImportFormat | undefined {
  const line = text
    .split('\n', 200)
    .find(saysSomething)
    ?.trim()
    .replace(/^\ufeff/, '')
  if (line === undefined) return undefined
  if (/^(export\s+)?[A-Z][A-Z0-9_]*=/.test(line) || /^(-\s*)?--[a-z-]+=/.test(line)) return 'env'
  if (/^[[{]|^(clusters|name|endpoints):|^-(\s|$)|^---$/.test(line)) return 'yaml'
  const cells = line.toLowerCase().split(/[,;\t]/)
  return ['name', 'endpoints'].every((name) => cells.some((cell) => cell.replaceAll('"', '').trim() === name))
    ? 'csv'
    : undefined
}

function saysSomething(line: string): boolean {
  return line.trim() !== '' && !line.trimStart().startsWith('#')
}
