/** Half the width of a hexagon standing on its point, in units of the drawing. */
const halfWidth = 40
const cornerDistance = halfWidth / Math.cos(Math.PI / 6)
/** A little less, so that cells stand apart. */
const cellRadius = cornerDistance * 0.94

interface Point {
  x: number
  y: number
}

interface Place {
  column: number
  row: number
}

interface Cluster extends Place {
  kind: 'chosen' | 'near' | 'far'
  finding?: 'ok' | 'warn'
}

/** Where the clusters stand in the honeycomb, one of them looked at more closely, and what was found about some. */
const clusters: readonly Cluster[] = [
  { column: 3, row: 3, kind: 'chosen', finding: 'ok' },
  { column: 4, row: 2, kind: 'near', finding: 'ok' },
  { column: 2, row: 3, kind: 'near' },
  { column: 4, row: 4, kind: 'near', finding: 'warn' },
  { column: 2, row: 1, kind: 'far' },
  { column: 5, row: 3, kind: 'far', finding: 'ok' },
  { column: 1, row: 4, kind: 'far' },
  { column: 5, row: 1, kind: 'far' },
  { column: 2, row: 5, kind: 'far' },
  { column: 6, row: 4, kind: 'far' },
  { column: 0, row: 2, kind: 'far' },
]

const columns = [-1, 0, 1, 2, 3, 4, 5, 6, 7]
const rows = [0, 1, 2, 3, 4, 5, 6]
const comb = rows.flatMap((row) => columns.map((column) => ({ row, column })))

const findingColours = { ok: 'var(--color-ok-solid)', warn: 'var(--color-warn-solid)' }

/** A fleet as a honeycomb: every full cell a cluster, its three members inside, one of them leading. Only decoration. */
export function FleetIllustration() {
  return (
    <svg
      viewBox="-40 8 640 440"
      aria-hidden="true"
      className="mask-[radial-gradient(closest-side,black_60%,transparent)] relative min-h-0 w-full flex-1"
    >
      <g fill="none" stroke="var(--color-line)" strokeWidth="1">
        {comb.map((place) => (
          <path key={keyOf(place)} d={hexagon(place)} />
        ))}
      </g>
      {clusters.map((cluster) => (
        <ClusterCell key={keyOf(cluster)} cluster={cluster} />
      ))}
    </svg>
  )
}

const looks: Record<Cluster['kind'], { fill: string; stroke: string; member: string; leader: string }> = {
  chosen: {
    fill: 'var(--color-accent)',
    stroke: 'var(--color-accent)',
    member: 'var(--color-on-accent)',
    leader: 'var(--color-on-accent)',
  },
  near: {
    fill: 'var(--color-accent-soft)',
    stroke: 'var(--color-accent-line)',
    member: 'var(--color-accent-line)',
    leader: 'var(--color-accent)',
  },
  far: {
    fill: 'var(--color-surface)',
    stroke: 'var(--color-line)',
    member: 'var(--color-line)',
    leader: 'var(--color-line-strong)',
  },
}

/** Directions of the three members from the middle of their cell; the first one leads. */
const memberDegrees = [-90, 30, 150]
const memberDistance = 15

function ClusterCell({ cluster }: { cluster: Cluster }) {
  const look = looks[cluster.kind]
  const middle = centre(cluster)
  const members = memberDegrees.map((degrees) => at(middle, degrees, memberDistance))
  return (
    <g>
      <path d={hexagon(cluster)} fill={look.fill} stroke={look.stroke} strokeLinejoin="round" strokeWidth="1.5" />
      <path d={outline(members)} fill="none" stroke={look.member} strokeWidth="1.25" opacity="0.7" />
      {members.map(({ x, y }, index) => (
        <circle key={x} cx={x} cy={y} r={index === 0 ? 5.5 : 4} fill={index === 0 ? look.leader : look.member} />
      ))}
      {cluster.finding ? <FindingDot place={at(middle, -30, cellRadius - 3)} finding={cluster.finding} /> : null}
    </g>
  )
}

function FindingDot({ place, finding }: { place: Point; finding: keyof typeof findingColours }) {
  return (
    <circle
      cx={place.x}
      cy={place.y}
      r="6.5"
      fill={findingColours[finding]}
      stroke="var(--color-sunken)"
      strokeWidth="3"
    />
  )
}

function centre({ column, row }: Place): Point {
  return { x: column * 2 * halfWidth + (row % 2 === 0 ? 0 : halfWidth), y: row * cornerDistance * 1.5 + 20 }
}

function hexagon(place: Place): string {
  return outline([-90, -30, 30, 90, 150, 210].map((degrees) => at(centre(place), degrees, cellRadius)))
}

function outline(points: readonly Point[]): string {
  return `M${points.map(({ x, y }) => `${x} ${y}`).join('L')}z`
}

/** Rounded, since server and browser must write the same digits. */
function at(from: Point, degrees: number, distance: number): Point {
  const angle = (degrees * Math.PI) / 180
  return { x: round(from.x + distance * Math.cos(angle)), y: round(from.y + distance * Math.sin(angle)) }
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}

function keyOf({ column, row }: Place): string {
  return `${column}:${row}`
}
