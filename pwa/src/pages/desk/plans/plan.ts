/* A plan while it is written: hours as people type them, minutes as they are kept. */
import { t } from '../../../texts'

export const CATEGORIES = ['general', 'foundation', 'operation'] as const
export const NATURES = ['theory', 'practice'] as const
export const PLACES = ['post', 'base', 'college', 'online'] as const
export const MOST = 20

export interface Module {
  code: string
  name: string
  category: string
  nature: string
  place: string
  minutes: number
}

export interface Place {
  id: string
  name: string
  kind: string
}

export interface PlanWhole {
  id: string
  name: string
  occupation: string
  occupation_id: string | null
  level: string
  version: number
  rule_set_id: string
  modules: Module[]
  places: Place[]
  closed_days: string[]
  filed_on: string | null
}

interface RuleChoice {
  id: string
  name: string
  source: string
  status: string
  valid_to: string | null
  lesson_minutes: number
  limits: { shares?: Record<string, [number | null, number | null]>; lessons?: Record<string, number> }
}

interface OccupationChoice {
  id: string
  code: string
  name: string
  edition: number
  levels: string[]
}

export interface PlanChoices {
  rule_sets: RuleChoice[]
  classes: { id: string; name: string; plan_name: string | null; plan_version: number | null }[]
  bases: { id: string; name: string }[]
  occupations: OccupationChoice[]
}

/** What the plan before rests on: by its link, or as it is written; nothing where that cannot be chosen any more. */
export function chosenIn(choices: PlanChoices, plan: PlanWhole | null): OccupationChoice | undefined {
  const called = choices.occupations.filter(({ name, levels }) => name === plan?.occupation && levels.includes(plan.level))
  // several codes of one name: it is not for us to say which was meant
  return choices.occupations.find(({ id }) => id === plan?.occupation_id) ?? (new Set(called.map(({ code }) => code)).size === 1 ? called[0] : undefined)
}

export interface Fault {
  word: string
  said: Record<string, string>
}

/** A row as it is typed; the key keeps its fields together while rows come and go. */
export interface ModuleRow extends Omit<Module, 'minutes'> {
  key: number
  lessons: number | ''
}

export interface PlaceRow extends Place {
  key: number
}

let keys = 0
export const fresh = (): number => ++keys

export const rowOf = ({ minutes, ...module }: Module, lesson: number): ModuleRow => ({ ...module, key: fresh(), lessons: Math.round((minutes * 100) / lesson) / 100 })

export const moduleOf = ({ key: _, lessons, code, name, ...row }: ModuleRow, lesson: number): Module => ({
  ...row, code: code.trim(), name: name.trim(), minutes: Math.round((lessons || 0) * lesson),
})

/** M1, M2 …: the first that is free. */
export function nextCode(rows: readonly { code: string }[]): string {
  const taken = new Set(rows.map(({ code }) => code.trim()))
  let n = rows.length + 1
  while (taken.has(`M${n}`)) n++
  return `M${n}`
}

/** 10–20 %, from 20 %, to 20 %; empty where the rules say nothing. */
export function rangeOf(range: [number | null, number | null] | undefined): string {
  const [least, most] = range ?? [null, null]
  if (least !== null && most !== null) return t('desk.plan.between', { least, most })
  if (least !== null) return t('desk.plan.at_least', { least })
  return most === null ? '' : t('desk.plan.at_most', { most })
}

/** Days as typed, one a line or with anything between them; what is no day comes back as such. */
export function daysOf(text: string): { days: string[]; odd: string[] } {
  const parts = text.split(/[\s,，、;；]+/).filter(Boolean)
  const isDay = (one: string) => /^20\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/.test(one)
  return { days: [...new Set(parts.filter(isDay))].sort(), odd: parts.filter((one) => !isDay(one)) }
}
