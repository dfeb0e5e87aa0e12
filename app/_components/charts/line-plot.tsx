'use client'

import { useMemo } from 'react'
import { CartesianGrid, Line, LineChart, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts'
import type { ChartLine, ChartUnit } from './chart-line.ts'
import { lineLook } from './chart-line.ts'
import { ChartTooltip } from './chart-tooltip.tsx'
import { lonelyPlaces } from './line-summary.ts'
import { timeTicks } from './time-ticks.ts'
import type { ChartWords } from './use-chart-words.ts'
import { valueTicks } from './value-ticks.ts'

export interface LinePlotProps {
  label: string
  /** Id of the element that says in words what is drawn. */
  describedBy: string
  unit: ChartUnit
  /** Milliseconds since 1970: the beginning and end of the axis, and the times of the points. */
  fromMs: number
  toMs: number
  at: readonly number[]
  lines: readonly ChartLine[]
  hidden: ReadonlySet<string>
  words: ChartWords
}

const ticksMax = 7
const tickText = { fill: 'var(--color-muted)', fontSize: 11 }
/** Widths of Latin and Chinese characters of the value axis, roughly, and what lies around its labels. */
const latinPx = 6.4
const chinesePx = 11.2
const labelPaddingPx = 14

/** The drawing itself; loaded by itself, since recharts is the heaviest part of the console. */
export function LinePlot({ label, describedBy, unit, fromMs, toMs, at, lines, hidden, words }: LinePlotProps) {
  const points = useMemo(
    () => at.map((atMs, place) => ({ atMs, values: lines.map(({ values }) => values[place] ?? null) })),
    [at, lines],
  )
  const times = timeTicks({ fromMs, toMs, timeZone: words.timeZone }, ticksMax)
  const shown = lines.filter(({ id }) => !hidden.has(id))
  const ticks = valueTicks(highestOf(shown), unit)
  const labelPx = Math.max(...ticks.map((tick) => widthOf(words.shortValueText(tick))))
  return (
    <ResponsiveContainer width="100%" height="100%" minWidth={0}>
      <LineChart
        data={points}
        margin={{ top: 6, right: 10, bottom: 0, left: 0 }}
        aria-label={label}
        aria-describedby={describedBy}
      >
        <CartesianGrid vertical={false} stroke="var(--color-line)" />
        <XAxis
          dataKey="atMs"
          type="number"
          domain={[fromMs, toMs]}
          allowDataOverflow
          ticks={times.atMs}
          tickFormatter={(atMs: number) => words.tickText(atMs, times.stepMs)}
          interval="equidistantPreserveStart"
          minTickGap={12}
          tick={tickText}
          stroke="var(--color-line-strong)"
        />
        <YAxis
          domain={[0, ticks.at(-1) ?? 1]}
          ticks={ticks}
          tickFormatter={words.shortValueText}
          width={labelPx + labelPaddingPx}
          tick={tickText}
          axisLine={false}
          tickLine={false}
        />
        <Tooltip
          isAnimationActive={false}
          filterNull={false}
          cursor={{ stroke: 'var(--color-line-strong)', strokeDasharray: '3 3' }}
          wrapperStyle={{ zIndex: 10 }}
          content={({ active, label: atMs, activeIndex }) =>
            active && typeof atMs === 'number' ? (
              <ChartTooltip atMs={atMs} place={Number(activeIndex)} lines={lines} hidden={hidden} words={words} />
            ) : null
          }
        />
        {lines.map((line, place) => drawLine(line, { place, isHidden: hidden.has(line.id) }))}
      </LineChart>
    </ResponsiveContainer>
  )
}

/** A function and no component: recharts looks for its own lines among its children. */
function drawLine({ id, label, values }: ChartLine, { place, isHidden }: { place: number; isHidden: boolean }) {
  const { colour, dash } = lineLook(place)
  const lonely = lonelyPlaces(values)
  return (
    <Line
      key={id}
      name={label}
      dataKey={(point: { values: (number | null)[] }) => point.values[place]}
      hide={isHidden}
      type="linear"
      connectNulls={false}
      isAnimationActive={false}
      className={colour}
      stroke="currentColor"
      strokeWidth={1.75}
      strokeDasharray={dash}
      activeDot={{ r: 3.5, className: colour, fill: 'currentColor', stroke: 'var(--color-surface)' }}
      dot={
        lonely.size === 0
          ? false
          : ({ key, index, cx, cy }) =>
              lonely.has(index) ? (
                <circle key={key} cx={cx} cy={cy} r={2} fill="currentColor" className={colour} />
              ) : (
                <g key={key} />
              )
      }
    />
  )
}

function widthOf(text: string): number {
  return Array.from(text).reduce((sum, character) => sum + (character < '\u2e80' ? latinPx : chinesePx), 0)
}

function highestOf(lines: readonly ChartLine[]): number {
  return lines.reduce((most, { values }) => values.reduce<number>((top, value) => Math.max(top, value ?? 0), most), 0)
}
