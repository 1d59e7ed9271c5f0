/* A master with an apprentice, and entries that wait for him. */
import type { BookDoc, EntryContent, EntryDoc, Plan, Seal } from '../src/sync/book'
import { head, LIN } from './cast'

export const MASTER = '22222222-2222-4222-8222-222222222222'

export const mentorHead: BookDoc = {
  ...head,
  members: [...head.members, { id: 'n', person: MASTER, role: 'mentor', org: null, from: '2026-09-01', to: null }],
}

/** 8 to 10 on 20 November, unless said otherwise; `letter` names it and its version. */
export function entryDoc(letter: string, { by = LIN, ...change }: Partial<EntryContent> & { by?: string } = {}): EntryDoc {
  const version = letter.repeat(43)
  const content: EntryContent = {
    ...{ day: '2026-11-20', start: 480, end: 600, break: 0, module: 'M1', nature: 'practice', place_kind: 'post', place: null },
    ...{ text: `做了 ${letter}`, photos: [], safety: true, shared: false, late_reason: null, presence: null },
    ...change,
  }
  const minutes = content.end - content.start - content.break
  return {
    ...{ id: `0000000${letter}-0000-4000-8000-000000000000`, kind: 'entry', state: 'logged', by, version, content, at: Date.parse('2026-11-20T04:00Z') },
    ...{ versions: [{ op: version, minutes }], seals: [], returns: [], rivals: [], recognised: null, queries: [], reversals: [], withdrawn: null },
  }
}

export const plan: Plan = {
  ...{ plan: 'p', name: '方案', rule_set: 'r', source: 'x', status: 'own', places: [], closed_days: ['2026-10-01'] },
  modules: [
    { code: 'M1', name: '制动系统', category: 'operation', nature: 'practice', place: 'post', minutes: 600 },
    { code: 'M2', name: '发动机', category: 'operation', nature: 'practice', place: 'base', minutes: 300 },
  ],
  rules: { lesson_minutes: 45, day_cap_minutes: 480, night_from: 1320, night_to: 360, online_permille: 300, base_check_in: true, late_days: 7 },
}

export const seal = (entry: EntryDoc, change: Partial<Seal> = {}): Seal => ({
  ...{ op: 's'.repeat(43), of: entry.version, by: MASTER, at: entry.at + 1000, minutes: 120, how: 'list', note: null, scores: [], struck: false },
  ...change,
})
