/* The one table of kinds, and the check of a body against its row; twin of sync/kinds.py. Both read the same kinds.json. */
import table from '../../../sync/kinds.json'
import { codePoints } from './bytes/utf8'

type Check = (given: unknown) => boolean
/** What the absence of a field means. */
type Presence = 'needed' | 'optional' | 'later'
export type Fields = Record<string, unknown>

interface Row {
  type: string
  min?: number
  max?: number
  each?: number
  optional?: boolean
  later?: boolean
  values?: readonly string[]
  item?: Rows
  fields?: Rows
}
interface Rows {
  [name: string]: Row
}
interface KindRow {
  head: string
  also?: readonly string[]
  concerns: string
  by: readonly string[]
  from: readonly string[]
  to: string | null
  of: string
  month: string
  body: Rows | string
}

/** One row of the table, ready to be used. */
export interface Kind {
  name: string
  head: string
  heads: ReadonlySet<string>
  concerns: string
  by: ReadonlySet<string>
  states: ReadonlySet<string>
  to: string | null
  of: string
  month: string
  fields: readonly (readonly [name: string, check: Check, presence: Presence])[]
}

const ROWS: Readonly<Record<string, KindRow>> = table.kinds
export const LIMITS = table.limits
const PATTERNS: ReadonlyMap<string, RegExp> = new Map(
  Object.entries(table.types).map(([name, row]) => [name, new RegExp(row.pattern)]),
)
const CONTROL = /[\x00-\x08\x0b-\x1f\x7f]/
const DAY = /^20[0-9]{2}-[0-9]{2}-[0-9]{2}$/
const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

export function isDay(text: string): boolean {
  if (!DAY.test(text)) return false
  const year = Number(text.slice(0, 4))
  const month = Number(text.slice(5, 7))
  const day = Number(text.slice(8))
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  const most = (MONTH_DAYS[month - 1] ?? 0) + (leap ? 1 : 0)
  return day >= 1 && day <= most
}

export const isId = (name: string, given: unknown): given is string =>
  typeof given === 'string' && (PATTERNS.get(name)?.test(given) ?? false)

export const isWhole = (given: unknown): given is number => Number.isSafeInteger(given)

const isRecord = (given: unknown): given is Record<string, unknown> =>
  typeof given === 'object' && given !== null && !Array.isArray(given)

const owns = (given: object, name: string): boolean => Object.prototype.hasOwnProperty.call(given, name)

function checkText(row: Row): Check {
  const { min = 0, max = 0 } = row
  return (given) => {
    if (typeof given !== 'string' || CONTROL.test(given)) return false
    const length = codePoints(given)
    return min <= length && length <= max
  }
}

function checkWhole(row: Row): Check {
  const { min = 0, max = 0 } = row
  return (given) => isWhole(given) && min <= given && given <= max
}

function checkList(row: Row, item: Check): Check {
  const { min = 0, max = 0 } = row
  return (given) => Array.isArray(given) && min <= given.length && given.length <= max && given.every(item)
}

/** A list of different texts. */
function checkTexts(row: Row): Check {
  const several = checkList(row, checkText({ type: 'text', min: 1, max: row.each! }))
  return (given) => several(given) && new Set(given as string[]).size === (given as string[]).length
}

function checkRecord(rows: Rows): Check {
  const checks = Object.entries(rows).map(([name, row]): [string, Check] => [name, checkOf(row)])
  return (given) =>
    isRecord(given) &&
    Object.keys(given).length === checks.length &&
    checks.every(([name, check]) => owns(given, name) && check(given[name]))
}

const checkDay: Check = (given) => typeof given === 'string' && isDay(given)
const checkHash: Check = (given) => isId('hash', given)

function ascending(given: readonly string[]): boolean {
  return given.every((day, at) => at === 0 || given[at - 1]! < day)
}

function checkOf(row: Row): Check {
  switch (row.type) {
    case 'text':
      return checkText(row)
    case 'int':
      return checkWhole(row)
    case 'bool':
      return (given) => given === true || given === false
    case 'enum':
      return (given) => typeof given === 'string' && (row.values ?? []).includes(given)
    case 'day':
      return checkDay
    case 'days': {
      const several = checkList(row, checkDay)
      return (given) => several(given) && ascending(given as string[])
    }
    case 'hashes': {
      const several = checkList(row, checkHash)
      return (given) => several(given) && new Set(given as string[]).size === (given as string[]).length
    }
    case 'texts':
      return checkTexts(row)
    case 'list':
      return checkList(row, checkRecord(row.item ?? {}))
    case 'record':
      return checkRecord(row.fields ?? {})
    default:
      return (given) => isId(row.type, given)
  }
}

function kindOf(name: string, row: KindRow): Kind {
  const body = typeof row.body === 'string' ? (ROWS[row.body]!.body as Rows) : row.body
  const fields = Object.entries(body).map(([field, about]): [string, Check, Presence] => [
    field,
    checkOf(about),
    about.optional ? 'optional' : about.later ? 'later' : 'needed',
  ])
  const { head, also = [], concerns, to, of, month } = row
  return { name, head, heads: new Set([head, ...also]), concerns, by: new Set(row.by), states: new Set(row.from), to, of, month, fields }
}

export const KINDS: ReadonlyMap<string, Kind> = new Map(
  Object.entries(ROWS).map(([name, row]) => [name, kindOf(name, row)]),
)

/** The known fields of a body, absent optional ones as null, absent later ones not at all, so that what was made before they
    were known stays as it is; null when the kind is unknown or a field is wrong. */
export function fieldsOf(kind: string, body: Readonly<Record<string, unknown>>): Fields | null {
  const row = KINDS.get(kind)
  if (row === undefined) return null
  const found: Fields = {}
  for (const [name, check, presence] of row.fields) {
    const given = owns(body, name) ? (body[name] ?? null) : null
    if (given === null ? presence === 'needed' : !check(given)) return null
    if (given !== null || presence !== 'later') found[name] = given
  }
  return found
}
