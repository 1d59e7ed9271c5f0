import { afterEach, describe, expect, it, vi } from 'vitest'
import { effectScope, nextTick, type EffectScope } from 'vue'
import { dropDraft, hoursName, keepDraft, readDraft } from '../../src/actions/form/draft'
import { isRefused } from '../../src/actions/refused'
import { logHours, reviseHours } from '../../src/actions/book/hours'
import type { AccountDb } from '../../src/db/account/account'
import { putMeta } from '../../src/db/account/meta'
import { dayOf } from '../../src/sync/days'
import { useHoursForm } from '../../src/pages/phone/hours/hoursForm'
import type { EntryDoc, Plan } from '../../src/sync/book'
import { speak } from '../../src/texts'
import { blank } from '../../src/use/hours/form'
import { BOOK, enrolled, head, hours, LIN, rows } from '../cast'
import { replay } from '../replay'

const route = vi.hoisted(() => ({ query: {} as Record<string, string> }))
vi.mock('vue-router', () => ({ useRoute: () => route }))

const scopes: EffectScope[] = []
afterEach(() => scopes.splice(0).forEach((scope) => scope.stop()))

/** The form as an address opens it, once it has begun. */
async function open(db: AccountDb, query: Record<string, string> = {}) {
  route.query = { book: BOOK, ...query }
  const scope = effectScope(true)
  scopes.push(scope)
  const form = scope.run(() => useHoursForm(db, LIN))!
  await vi.waitFor(() => expect(form.begun.value).toBe(true))
  return form
}

/** Letters typed, and kept. */
async function type(db: AccountDb, opened: Awaited<ReturnType<typeof open>>, text: string) {
  opened.form.text = text
  await nextTick()
  await vi.waitFor(async () => expect((await readDraft(db, opened.name()!))?.text).toBe(text))
  expect(opened.elsewhere.value).toBe(false)
}

const entryOf = async (db: AccountDb, id: string) => replay(rows, await db.outbox.toArray()).docs.get(id) as EntryDoc

async function logged(db: AccountDb, change = {}): Promise<string> {
  const made = await logHours(db, { ...hours, ...change }, 7)
  if (isRefused(made)) throw new Error(made.refused)
  return made.doc
}

async function revised(db: AccountDb, id: string, text: string): Promise<void> {
  const entry = await entryOf(db, id)
  expect(isRefused(await reviseHours(db, { ...entry, id }, { ...hours, text }, 9))).toBe(false)
}

const plain = { ...blank('2026-11-20'), book: BOOK, end: 600, text: 'not saved yet' }
const kept = async (db: AccountDb, name = hoursName(BOOK)) => (await readDraft(db, name))?.text

describe('a restored revision', () => {
  it('goes on from the version its author saw, so that a later one stands beside it', async () => {
    const { db } = await enrolled()
    const id = await logged(db)
    const first = await open(db, { entry: id })
    const seen = first.version.value
    await type(db, first, 'mine')
    await revised(db, id, 'theirs')
    const again = await open(db, { entry: id })
    expect([again.form.text, again.version.value, again.restored.value]).toEqual(['mine', seen, true])
    const saved = await reviseHours(db, { ...(await entryOf(db, id)), id, version: again.version.value }, { ...hours, text: 'mine' }, 11)
    expect(isRefused(saved)).toBe(false)
    expect((await entryOf(db, id)).rivals).toHaveLength(1)
    await again.startOver()
    expect([again.form.text, again.version.value]).not.toContain('mine')
  })
})

describe('a form that lies open over midnight', () => {
  afterEach(() => vi.useRealTimers())

  it('knows the new day before anybody touches it', async () => {
    const { db } = await enrolled()
    vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'], now: Date.parse('2026-11-20T23:30+08:00') })
    const form = await open(db)
    const { day } = form.form
    expect([day, form.today.value]).toEqual(['2026-11-20', '2026-11-20'])
    vi.setSystemTime(Date.parse('2026-11-21T07:00+08:00'))
    vi.advanceTimersByTime(15_000)
    expect([form.form.day, form.today.value]).toEqual(['2026-11-20', '2026-11-21'])
  })
})

describe('a form that is not saved yet', () => {
  it('survives a copy of another entry, and the copy is kept beside it', async () => {
    const { db } = await enrolled()
    const id = await logged(db)
    await keepDraft(db, hoursName(BOOK), plain)
    const copy = await open(db, { copy: id })
    expect(copy.form.text).toBe('Café 制动')
    await type(db, copy, 'copied')
    await copy.drop()
    expect([await kept(db), await kept(db, hoursName(BOOK, `copy:${id}`))]).toEqual(['not saved yet', undefined])
  })

  it('survives a running timer, whose own text is kept too and goes on', async () => {
    const { db } = await enrolled()
    await keepDraft(db, hoursName(BOOK), plain)
    const started_at = Date.now() - 60 * 60_000
    await putMeta(db, 'timer', { book: BOOK, started_at, stopped_at: null })
    await type(db, await open(db), 'timed')
    expect((await open(db)).form.text).toBe('timed')
    const again = await open(db)
    await again.drop()
    expect([await kept(db), await kept(db, again.name()!)]).toEqual(['not saved yet', undefined])
  })

  it('is not dropped by a page that has not seen it', async () => {
    const { db } = await enrolled()
    await keepDraft(db, hoursName(BOOK), plain)
    vi.resetModules()
    const other = await import('../../src/actions/form/draft')
    await other.dropDraft(db, hoursName(BOOK))
    expect(await kept(db)).toBe('not saved yet')
    await dropDraft(db, hoursName(BOOK))
    expect(await kept(db)).toBeUndefined()
  })
})

const plan: Plan = {
  ...{ plan: 'p', name: '', rule_set: 'r', source: '', status: '' },
  modules: [{ code: 'M1', name: '制动', category: 'operation', nature: 'practice', place: 'post', minutes: 6000 }],
  places: [{ id: 'P1', name: '一号岗', kind: 'post' }],
  rules: { lesson_minutes: 45, online_permille: 500, day_cap_minutes: 480, late_days: 7, night_from: 1320, night_to: 360, base_check_in: false },
  closed_days: [],
}

/** A phone whose book has a plan. */
async function planned() {
  const { db } = await enrolled()
  await db.docs.put({ ...rows[0]!, body: { ...head, plan } })
  return db
}

const DAY_MS = 24 * 3600 * 1000
const today = () => dayOf(Date.now())
const yesterday = () => dayOf(Date.now() - DAY_MS)
const post = { place_kind: 'post' as const, place: 'P1' }

describe('the proposed times', () => {
  it('of another day are those usual there, until somebody moves them', async () => {
    const db = await planned()
    await logged(db, { ...post, day: today(), start: 480, end: 720, break: 0 })
    const { form } = await open(db)
    expect([form.start, form.end]).toEqual([720, 960])
    form.day = yesterday()
    expect([form.start, form.end]).toEqual([480, 720])
    form.day = today()
    form.end = 970
    form.day = yesterday()
    expect([form.start, form.end]).toEqual([720, 970])
  })

  it('of a restored form follow its day, and what somebody chose stays', async () => {
    const db = await planned()
    await logged(db, { ...post, day: today(), start: 480, end: 720, break: 0 })
    await type(db, await open(db), '换了传感器')
    const { form, restored } = await open(db)
    expect([restored.value, form.start, form.end]).toEqual([true, 720, 960])
    form.day = yesterday()
    expect([form.start, form.end]).toEqual([480, 720])
    form.end = 700
    await nextTick()
    await vi.waitFor(async () => expect((await readDraft(db, hoursName(BOOK)))?.end).toBe(700))
    const again = await open(db)
    again.form.day = today()
    expect([again.form.start, again.form.end]).toEqual([480, 700])
  })

  it('of a full day are said to be nobody’s choice, until somebody chooses', async () => {
    const db = await planned()
    for (const [start, end] of [[360, 720], [720, 1320]]) await logged(db, { ...post, day: today(), start, end, break: 0 })
    const opened = await open(db)
    expect(opened.full.value).toBe(true)
    vi.stubGlobal('document', { documentElement: { lang: '' } })
    await speak('zh-CN')
    vi.unstubAllGlobals()
    expect(opened.missing.value).toBe('今天的时间已排满，请自己选时间。')
    opened.form.end = 500
    expect([opened.full.value, opened.missing.value]).toEqual([false, ''])
  })
})

describe('an entry that is mended', () => {
  it('late is asked for no reason when it was first written in time', async () => {
    const db = await planned()
    const day = dayOf(Date.now() - 20 * DAY_MS)
    const made = await logHours(db, { ...hours, ...post, day }, Date.now() - 20 * DAY_MS)
    if (isRefused(made)) throw new Error(made.refused)
    const mending = await open(db, { entry: made.doc })
    expect([mending.late.value, mending.missing.value]).toEqual([false, ''])
    const anew = await open(db, { copy: made.doc })
    anew.form.day = day
    expect(anew.late.value).toBe(true)
  })
})

describe('a timer under a minute', () => {
  it('is told to have filled in nothing', async () => {
    const { db } = await enrolled()
    const started_at = Date.parse('2026-11-20T08:00:10+08:00')
    await putMeta(db, 'timer', { book: BOOK, started_at, stopped_at: started_at + 20_000 })
    expect((await open(db)).brief.value).toBe(true)
    await putMeta(db, 'timer', { book: BOOK, started_at, stopped_at: started_at + 90_000 })
    expect((await open(db)).brief.value).toBe(false)
  })
})

describe('refused work', () => {
  const lost = { photos: ['A'.repeat(43)], late_reason: 'in hospital', presence: null }

  async function refused(word: string) {
    const { db } = await enrolled()
    await logged(db, lost)
    const [row] = await db.outbox.toArray()
    await db.outbox.put({ ...row!, state: 'refused', word })
    await keepDraft(db, hoursName(BOOK), plain)
    await putMeta(db, 'timer', { book: BOOK, started_at: Date.now() - 60 * 60_000, stopped_at: null })
    return { db, form: await open(db, { redo: row!.id }) }
  }

  it('is written again whole, beside what the book holds unsaved', async () => {
    const { db, form } = await refused('stray_word')
    expect(form.form).toMatchObject({ ...lost, day: hours.day, start: 480, end: 720, text: 'Café 制动', place: 'kind:post' })
    await type(db, form, 'again')
    expect(await kept(db)).toBe('not saved yet')
  })

  it('of a locked month is logged today, under words of its own', async () => {
    const { form } = await refused('month_locked')
    expect(form.form).toMatchObject({ photos: lost.photos, day: dayOf(Date.now()), late_reason: 'in hospital' })
    expect(form.form.text).not.toBe('Café 制动')
  })
})
