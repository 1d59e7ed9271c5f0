/* A line of the log as the door says it, and each of its values in words. */
import { clock } from '../../../sync/days'
import { t, tOr } from '../../../texts'

export const SUBJECTS = ['person', 'book', 'mentor', 'class', 'plan', 'agreement', 'org', 'base', 'rule_set', 'occupation', 'chain', 'seat', 'form', 'export'] as const
/** What whoever looks after the system reads. */
export const SYSTEM = ['org', 'base', 'rule_set', 'occupation', 'chain', 'seat'] as const
export const ACTS = ['made', 'changed', 'ended', 'unmasked', 'printed'] as const

interface ChangeLine {
  field: string
  was: string | null
  now: string | null
  hidden: boolean
}

export interface ChangeRow {
  id: string
  at: number
  who: string
  org: string
  subject: (typeof SUBJECTS)[number]
  about: string | null
  thing: string
  act: (typeof ACTS)[number]
  changes: ChangeLine[]
}

const LESSONS = 'limits.lessons.'
const CLOCKS = new Set(['rules.night_from', 'rules.night_to'])
/** Where a value is a word of ours, whose sentence it is. */
const WORDS: Record<string, string[]> = {
  role: ['desk.role.', 'desk.changes.v.'], step: ['desk.changes.v.'], sessions: ['desk.changes.v.'], by: ['desk.changes.v.'], who: ['desk.changes.v.'], which: ['desk.changes.v.'],
  kind: ['desk.orgs.is.', 'desk.agreement.'], form: ['desk.form.'],
}

const labelOf = (field: string): string =>
  field.startsWith(LESSONS) ? t('desk.changes.f.limits.lessons', { level: field.slice(LESSONS.length) }) : tOr(`desk.changes.f.${field}`, 'desk.changes.f.other')

function valueOf(field: string, given: string | null): string {
  if (given === null || given === '') return t('desk.changes.none')
  if (CLOCKS.has(field)) return clock(Number(given))
  if (field === 'rules.online_permille') return String(Number(given) / 10)
  if (given === 'yes' || given === 'no') return t(`desk.changes.${given}`)
  const none = t('desk.changes.f.other')
  const words = (WORDS[field] ?? []).map((prefix) => tOr(prefix + given, 'desk.changes.f.other'))
  return words.find((word) => word !== none) ?? given
}

/** Each thing that is another now: what it is called, what it was, what it is. */
export const linesOf = (row: ChangeRow): { label: string; was: string | null; now: string }[] =>
  row.changes.map(({ field, was, now, hidden }) => ({
    label: labelOf(field),
    was: hidden || (row.act !== 'changed' && was === null) ? null : valueOf(field, was),
    now: hidden ? t('desk.changes.hidden') : valueOf(field, now),
  }))

export const aboutOf = ({ subject, about }: ChangeRow): string =>
  about === null ? t('desk.changes.gone') : subject === 'form' ? tOr(`desk.form.${about}`, 'desk.changes.is.form') : about

/** The first of them, for a line of the table. */
export function glance(row: ChangeRow): string {
  const lines = linesOf(row)
  const [first] = lines
  if (!first) return ''
  const said = first.was === null ? `${first.label}：${first.now}` : `${first.label}：${first.was} → ${first.now}`
  return lines.length > 1 ? `${said} ${t('desk.changes.more', { n: lines.length })}` : said
}
