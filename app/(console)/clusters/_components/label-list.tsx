import { Badge } from '#app/_components/ui/badge.tsx'
import { writeLabel } from './access/access-texts.ts'

/** Labels of a cluster, as they are typed. */
export function LabelList({ labels }: { labels: Record<string, string> }) {
  const entries = Object.entries(labels)
  if (entries.length === 0) return null
  return (
    <span className="flex flex-wrap gap-1">
      {entries.map((entry) => (
        <Badge key={entry[0]} icon={null}>
          <span translate="no">{writeLabel(entry)}</span>
        </Badge>
      ))}
    </span>
  )
}
