/* The columns of a form while somebody arranges them. */
import type { FormName } from './export'

interface Heading {
  key: string
  heading: string
}

export interface FormRow {
  form: FormName
  title: string
  per: 'month' | 'period'
  own: boolean
  columns: (Heading & { keeps: boolean })[]
  chosen: Heading[]
}

export interface Line {
  key: string
  /** Ours. */
  name: string
  heading: string
  on: boolean
  keeps: boolean
}

/** Those that are chosen first and in their order, then the rest; of these on only what nobody may leave out. */
export function linesOf({ columns, chosen }: FormRow): Line[] {
  const known = new Map(columns.map((column) => [column.key, column]))
  const used = new Set(chosen.map(({ key }) => key))
  const line = (key: string, heading: string, on: boolean): Line => ({
    key, heading, on, name: known.get(key)?.heading ?? heading, keeps: known.get(key)?.keeps ?? false,
  })
  return [...chosen.map(({ key, heading }) => line(key, heading, true)), ...columns.filter(({ key }) => !used.has(key)).map(({ key, heading, keeps }) => line(key, heading, keeps))]
}

export const asOurs = ({ columns }: FormRow): Line[] => columns.map(({ key, heading, keeps }) => ({ key, name: heading, heading, on: true, keeps }))

export function moved(lines: readonly Line[], from: number, step: -1 | 1): Line[] {
  const to = from + step
  const found = [...lines]
  const [line] = found.splice(from, 1)
  if (!line || to < 0 || to >= lines.length) return [...lines]
  found.splice(to, 0, line)
  return found
}

/** As the door wants it: what has no name of its own is called as ours. */
export const wantedOf = (lines: readonly Line[]) =>
  lines.filter(({ on }) => on).map(({ key, heading, name }) => ({ key, heading: heading.trim() && heading.trim() !== name ? heading.trim() : null }))
