/* What the doors of the import say, and how it is said here. */
import { t, tOr } from '../../../texts'

export const KINDS = ['roster', 'pairings', 'plans', 'results'] as const
export type Kind = (typeof KINDS)[number]
export const STATES = ['bad', 'good', 'same', 'written'] as const
export type RowState = (typeof STATES)[number]

export interface ImportHead {
  id: string
  kind: Kind
  state: 'mapping' | 'judged'
  name: string
  created_at: number
  rows: number
  counts: Record<RowState, number>
}

export interface FileColumn {
  at: number
  letter: string
  heading: string
  field: string | null
  samples: string[]
}

export interface Report extends ImportHead {
  sheet: string
  heading_row: number
  plan: string | null
  /** The kind whose headings the file rather has. */
  fits: Kind | null
  columns: FileColumn[]
  fields: string[]
  missing: string[]
  words: { word: string; rows: number }[]
}

export interface Fault {
  word: string
  hint: boolean
  field: string | null
  letter: string | null
  said: Record<string, string>
}

export interface FileRow {
  id: string
  row: number
  state: RowState
  who: string
  cells: Record<string, string>
  faults: Fault[]
}

/** Stands on every row of a class that is not there yet: said once above them. */
export const NEW_CLASS = 'class_new'

export const toldOf = ({ faults }: FileRow): Fault[] => faults.filter(({ word }) => word !== NEW_CLASS)

/** The new classes of these rows, each once. */
export const namesOf = (rows: readonly FileRow[]): string[] =>
  [...new Set(rows.flatMap(({ faults }) => faults.filter(({ word }) => word === NEW_CLASS).map(({ said }) => said.value ?? '')))]

export const nameOf = (kind: Kind): string => t(`desk.import.kind.${kind}`)

export const isKind = (word: unknown): word is Kind => KINDS.some((kind) => kind === word)

export const labelOf = (kind: Kind, field: string | null): string => (field ? tOr(`column.${kind}.${field}`, 'desk.import.unknown') : '')

export const reasonOf = (kind: Kind, { word, field, said }: Fault): string => tOr(`fault.${word}`, 'desk.import.unknown', { field: labelOf(kind, field), ...said })

export const adviceOf = ({ word, said }: Fault): string => tOr(`fault.${word}.do`, 'desk.import.unknown', said)

/** Whatever a sentence names, where no row is meant. */
const NAMED = ['age', 'category', 'count', 'day', 'field', 'from', 'least', 'lessons', 'most', 'other', 'percent', 'row', 'source', 'to', 'value']
const OPEN = Object.fromEntries(NAMED.map((name) => [name, '…']))

/** A word without its row: what is in the list of words to narrow by. */
export const wordOf = (word: string): string => t('desk.import.word', { word: tOr(`fault.${word}`, 'desk.import.unknown', OPEN).replaceAll('“…”', '…') })

export const whoseFile = (file: File): Blob => new Blob([file], { type: 'application/octet-stream' })
