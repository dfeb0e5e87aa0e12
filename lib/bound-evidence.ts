import { cleanText } from './foreign-text.ts'

type EvidenceValue = string | number | boolean | string[]
type Evidence = Record<string, EvidenceValue>

const textLengthMax = 300
const listLengthMax = 20

/**
 * Servers say what they like, at any length; what is told of it is shown, kept and sent, so it is clean and short. A list
 * ends with how many more there are.
 */
export function boundEvidence(evidence: Evidence): Evidence {
  return Object.fromEntries(Object.entries(evidence).map(([name, value]) => [name, bound(value)]))
}

function bound(value: EvidenceValue): EvidenceValue {
  if (typeof value === 'string') return cut(value)
  if (!Array.isArray(value)) return value
  const left = value.length - listLengthMax
  return [...value.slice(0, listLengthMax).map(cut), ...(left > 0 ? [`+${left}`] : [])]
}

function cut(text: string): string {
  return text.length > textLengthMax ? `${cleanText(text, textLengthMax - 1)}…` : cleanText(text, textLengthMax)
}
