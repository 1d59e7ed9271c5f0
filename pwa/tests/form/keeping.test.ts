/* What any form does with its draft, told of a claim: the hours form's own part stands in hoursForm.test.ts. */
import { afterEach, describe, expect, it, vi } from 'vitest'
import { effectScope, nextTick, reactive, type EffectScope } from 'vue'
import { claimName, readDraft } from '../../src/actions/form/draft'
import type { AccountDb } from '../../src/db/account/account'
import { useDraft } from '../../src/pages/phone/form/draft'
import { blankClaim } from '../../src/use/results/claim'
import { phone } from '../world'

const NAME = claimName('b')
const scopes: EffectScope[] = []
afterEach(() => scopes.splice(0).forEach((scope) => scope.stop()))

/** The same modules loaded again are another page. */
async function page(db: AccountDb, use = useDraft) {
  const scope = effectScope(true)
  scopes.push(scope)
  const form = reactive(blankClaim('2026-11-20'))
  const draft = scope.run(() =>
    use(db, form, {
      name: () => NAME,
      pack: () => ({ book: 'b', result: null, form: { ...form, photos: [...form.photos] } }),
      resume: (kept) => Boolean(Object.assign(form, kept.form)),
      fill: () => Object.assign(form, blankClaim('2026-11-20')),
    }),
  )!
  await draft.begin()
  return { form, draft }
}

async function otherPage(db: AccountDb) {
  vi.resetModules()
  return page(db, (await import('../../src/pages/phone/form/draft')).useDraft)
}

const kept = async (db: AccountDb) => (await readDraft(db, NAME))?.form.event

async function type({ form }: { form: { event: string } }, event: string) {
  form.event = event
  await nextTick()
}

describe('a form', () => {
  it('keeps what somebody writes, not what it was filled with, and brings it back', async () => {
    const db = await phone()
    const first = await page(db)
    expect([await kept(db), first.draft.restored.value]).toEqual([undefined, false])
    await type(first, 'milling')
    await vi.waitFor(async () => expect(await kept(db)).toBe('milling'))
    const again = await page(db)
    expect([again.form.event, again.draft.restored.value]).toEqual(['milling', true])
  })

  it('begins anew when told to, and forgets what was kept', async () => {
    const db = await phone()
    await type(await page(db), 'milling')
    await vi.waitFor(async () => expect(await kept(db)).toBe('milling'))
    const again = await page(db)
    await again.draft.startOver()
    expect([again.form.event, again.draft.restored.value, again.draft.begun.value, await kept(db)]).toEqual(['', false, true, undefined])
    await type(again, 'turning')
    await vi.waitFor(async () => expect(await kept(db)).toBe('turning'))
  })

  it('says that another page is ahead, overwrites nothing there, and takes it over when asked', async () => {
    const db = await phone()
    const first = await page(db)
    const other = await otherPage(db)
    await type(other, 'theirs')
    await vi.waitFor(async () => expect(await kept(db)).toBe('theirs'))
    // This test reads as the first page does: from here it must not have seen the other's next letter.
    await type(other, 'theirs, longer')
    await vi.waitFor(async () => expect((await db.meta.get(NAME))?.body).toMatchObject({ draft: { form: { event: 'theirs, longer' } } }))
    await type(first, 'mine')
    await vi.waitFor(() => expect(first.draft.elsewhere.value).toBe(true))
    await first.draft.takeOther()
    expect([first.form.event, first.draft.elsewhere.value]).toEqual(['theirs, longer', false])
  })
})
