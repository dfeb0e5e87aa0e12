/** Half the width of a hexagon standing on its point, in units of the drawing. */
const halfWidth = 40
const height = halfWidth / Math.cos(Math.PI / 6)

interface Place {
  column: number
  row: number
}

type Kind = 'cluster' | 'leader' | 'quiet'

/** Where the clusters stand in the honeycomb; the one in the middle is looked at more closely. */
const clusters: readonly (Place & { kind: Kind })[] = [
  { column: 3, row: 2, kind: 'leader' },
  { column: 2, row: 1, kind: 'cluster' },
  { column: 4, row: 2, kind: 'cluster' },
  { column: 3, row: 4, kind: 'cluster' },
  { column: 1, row: 3, kind: 'quiet' },
  { column: 5, row: 1, kind: 'quiet' },
  { column: 5, row: 4, kind: 'quiet' },
  { column: 1, row: 0, kind: 'quiet' },
  { column: 6, row: 3, kind: 'quiet' },
]

const columns = 9
const rows = 7

/** A fleet as a honeycomb: every cell a cluster, its three members inside, one of them leading. Only decoration. */
export function FleetIllustration() {
  return (
    <svg
      viewBox="0 0 640 440"
      aria-hidden="true"
      className="mask-[radial-gradient(closest-side,black_55%,transparent)] relative min-h-0 w-full flex-1"
    >
      <g fill="none" stroke="var(--color-line)" strokeWidth="1">
        {Array.from({ length: columns * rows }, (_, index) => ({
          column: index % columns,
          row: Math.floor(index / columns),
        })).map((place) => (
          <path key={`${place.column}-${place.row}`} d={hexagon(place, 0.94)} />
        ))}
      </g>
      {clusters.map((cluster) => (
        <Cell key={`${cluster.column}-${cluster.row}`} {...cluster} />
      ))}
    </svg>
  )
}

const looks: Record<Kind, { fill: string; stroke: string; member: string; leader: string }> = {
  leader: {
    fill: 'var(--color-accent)',
    stroke: 'var(--color-accent)',
    member: 'var(--color-on-accent)',
    leader: 'var(--color-on-accent)',
  },
  cluster: {
    fill: 'var(--color-accent-soft)',
    stroke: 'var(--color-accent-line)',
    member: 'var(--color-accent-line)',
    leader: 'var(--color-accent)',
  },
  quiet: {
    fill: 'var(--color-surface)',
    stroke: 'var(--color-line)',
    member: 'var(--color-line)',
    leader: 'var(--color-line-strong)',
  },
}

function Cell({ kind, ...place }: Place & { kind: Kind }) {
  const { x, y } = centre(place)
  const look = looks[kind]
  const members = [-90, 30, 150].map((degrees) => ({
    degrees,
    x: x + 15 * Math.cos((degrees * Math.PI) / 180),
    y: y + 15 * Math.sin((degrees * Math.PI) / 180),
  }))
  return (
    <g>
      <path d={hexagon(place, 0.94)} fill={look.fill} stroke={look.stroke} strokeLinejoin="round" strokeWidth="1.5" />
      <path
        d={`${members.map((member, index) => `${index === 0 ? 'M' : 'L'}${member.x} ${member.y}`).join('')}z`}
        fill="none"
        stroke={look.member}
        strokeWidth="1.25"
        opacity="0.7"
      />
      {members.map((member, index) => (
        <circle
          key={member.degrees}
          cx={member.x}
          cy={member.y}
          r={index === 0 ? 5.5 : 4}
          fill={index === 0 ? look.leader : look.member}
        />
      ))}
    </g>
  )
}

function centre({ column, row }: Place) {
  return { x: column * 2 * halfWidth + (row % 2 === 0 ? 0 : halfWidth), y: row * height * 1.5 + 20 }
}

function hexagon(place: Place, scale: number): string {
  const { x, y } = centre(place)
  const corners = [-90, -30, 30, 90, 150, 210].map((degrees) => {
    const angle = (degrees * Math.PI) / 180
    return `${round(x + scale * height * Math.cos(angle))} ${round(y + scale * height * Math.sin(angle))}`
  })
  return `M${corners.join('L')}z`
}

/** Server and browser must write the same digits. */
function round(value: number): number {
  return Math.round(value * 100) / 100
}
