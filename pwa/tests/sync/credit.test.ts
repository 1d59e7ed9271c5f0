import { describe, expect, it } from 'vitest'
import type { EntryContent, PresenceDoc } from '../../src/sync/book'
import { covers, creditDay, creditPlan, lessonsTenths, piecesOf, type PlanTable } from '../../src/sync/credit'
import { credit, docsOf } from './vectors'

const { plan, day, year } = credit
const inJson = (table: PlanTable) => ({
  ...table, modules: Object.fromEntries(table.modules), missing: Object.fromEntries(table.missing),
})

function orders<Thing>(things: readonly Thing[]): Thing[][] {
  if (things.length < 2) return [[...things]]
  return things.flatMap((thing, at) => orders(things.filter((_, other) => other !== at)).map((rest) => [thing, ...rest]))
}

describe('a day', () => {
  it('is the same in all 720 orders', () => {
    const pieces = piecesOf(docsOf(day.docs), day.day)
    const all = orders(pieces)
    expect(all).toHaveLength(720)
    for (const order of all) {
      expect(Object.fromEntries(creditDay(order, day.day, plan, day.first, day.last))).toEqual(day.shares)
    }
  })

  it('comes to 10.6 lessons, told from minutes and not from rounded parts', () => {
    const pieces = piecesOf(docsOf(day.docs), day.day)
    const shares = creditDay(pieces, day.day, plan, day.first, day.last)
    const sum = (code?: string) =>
      pieces.filter((piece) => !code || piece.module === code).reduce((all, piece) => all + shares.get(piece.id)!.minutes, 0)
    expect([sum(), lessonsTenths(sum(), 45)]).toEqual([day.minutes, day.tenths])
    for (const [code, told] of Object.entries(day.modules)) expect([sum(code), lessonsTenths(sum(code), 45)]).toEqual(told)
  })

  it.each(credit.days)('$name', ({ day: date, pieces, plan: rules, shares }) => {
    expect(Object.fromEntries(creditDay(pieces, date, rules, '2025-09-01', '2026-08-31'))).toEqual(shares)
  })
})

describe('whom his trainer saw was there', () => {
  it.each(credit.seen)('$name', ({ docs, minutes, flags }) => {
    const shares = creditDay(piecesOf(docsOf(docs), day.day), day.day, plan, day.first, day.last)
    expect([...shares.values()]).toEqual([{ minutes, flags }])
  })
})

describe('a check-in', () => {
  it.each(credit.covers)('from %s to %s, entry from %i to %i: %s', (from, to, start, end, covered) => {
    const presence = { kind: 'presence', day: day.day, start: from, end: to } as PresenceDoc
    const content = { day: day.day, start, end } as EntryContent
    expect(covers(presence, content)).toBe(covered)
    expect(covers(presence, { ...content, day: '2026-03-19' })).toBe(false)
  })
})

describe('a plan', () => {
  it('credits 600 of 615 lessons of a year, and says where 15 went', () => {
    const lost: Record<string, number> = {}
    const rows: [string, string, string, string, number][] = []
    for (const date of new Set(year.pieces.map((piece) => piece.day))) {
      const pieces = year.pieces.filter((piece) => piece.day === date)
      const shares = creditDay(pieces, date, year.plan, year.first, year.last)
      for (const piece of pieces) {
        const { minutes, flags } = shares.get(piece.id)!
        rows.push([date, piece.id, piece.module, piece.place_kind, minutes])
        for (const flag of flags) lost[flag] = (lost[flag] ?? 0) + piece.end - piece.start - minutes
      }
    }
    const claimed = year.pieces.reduce((sum, piece) => sum + piece.end - piece.start, 0)
    expect([claimed, lost]).toEqual([year.claimed, year.lost])
    for (const order of [rows, [...rows].reverse()]) expect(inJson(creditPlan(order, year.plan))).toEqual(year.table)
    expect(lessonsTenths(year.table.credited, 45)).toBe(year.tenths)
  })

  it.each(credit.plans)('$name', ({ plan: rules, days, table }) => {
    expect(inJson(creditPlan(days, rules))).toEqual(table)
  })

  it.each(credit.tenths)('%i minutes of %i are %i tenths', (minutes, lesson, tenths) => {
    expect(lessonsTenths(minutes, lesson)).toBe(tenths)
  })
})
