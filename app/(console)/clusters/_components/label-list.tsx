import { Badge } from '#app/_components/ui/badge.tsx'
import { writeLabel } from './access/access-texts.ts'

const missing = '—'

interface LabelListProps {
  labels: Record<string, string>
  /** The others are counted, and named when somebody points at the number. */
  shownMax?: number
}

/** Labels of a cluster, as they are typed. */
export function LabelList({ labels, shownMax = Number.POSITIVE_INFINITY }: LabelListProps) {
  const words = Object.entries(labels).map(writeLabel)
  const rest = words.slice(shownMax)
  if (words.length === 0) return <span className="text-faint">{missing}</span>
  return (
    <span className="flex min-w-0 flex-wrap gap-1" translate="no">
      {words.slice(0, shownMax).map((word) => (
        <Badge key={word} icon={null}>
          {word}
        </Badge>
      ))}
      {rest.length > 0 ? (
        <span title={rest.join(' ')} className="text-muted text-sm">
          {`+${rest.length}`}
        </span>
      ) : null}
    </span>
  )
}
