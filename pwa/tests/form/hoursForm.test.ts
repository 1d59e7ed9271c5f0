import { afterEach, describe, expect, it, vi } from 'vitest'
import { effectScope, nextTick, type EffectScope } from 'vue'
import { dropDraft, hoursName, keepDraft, readDraft } from '../../src/actions/form/draft'
import { isRefused } from '../../src/actions/refused'
import { logHours, reviseHours } from '../../src/actions/book/hours'
import type { AccountDb } from '../../src/db/account/account'
import { putMeta } from '../../src/db/account/meta'
import { dayOf } from '../../src/sync/days'
import { useHoursForm } from '../../src/pages/phone/hours/hoursForm'
import type { EntryDoc } from '../../src/sync/book'
import { BOOK, enrolled, hours, LIN, rows } from '../cast'
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

const plain = { ...{ book: BOOK, day: '2026-11-20', start: 480, end: 600, break: 0 }, ...{ module: '', place: '', text: 'not saved yet', safety: false } }
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

  it('without a version starts from the entry as it stands and says what was written', async () => {
    const { db } = await enrolled()
    const id = await logged(db, { text: 'as it stands' })
    await keepDraft(db, hoursName(BOOK, id), { ...plain, entry: id, text: 'from an older build' })
    const form = await open(db, { entry: id })
    expect([form.form.text, form.unplaced.value, form.restored.value]).toEqual(['as it stands', 'from an older build', false])
    expect(form.version.value).toBe((await entryOf(db, id)).version)
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
