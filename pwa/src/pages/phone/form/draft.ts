/* A form kept while it is written, and what is to be done when another page writes in the same one. */
import { nextTick, shallowRef, watch, type ShallowRef } from 'vue'
import { dropDraft, keepDraft, readDraft, seenDraft, type DraftName, type DraftOf, type SeenDraft } from '../../../actions/form/draft'
import type { Store } from '../../../actions/store'

interface Drafted<N extends DraftName> {
  /** null while nobody knows yet what the form is for. */
  name: () => N | null
  /** The form as it is kept. */
  pack: () => DraftOf<N>
  /** Goes on with what was kept. */
  resume: (kept: DraftOf<N>) => void
  /** Fills the form anew. */
  fill: () => unknown
}

export interface Draft {
  /** From here on every change is somebody's writing, and is kept. */
  begun: ShallowRef<boolean>
  restored: ShallowRef<boolean>
  /** Another page is ahead in this very form. */
  elsewhere: ShallowRef<boolean>
  /** While it is saved: a letter that comes now is in nothing that is saved, and must not bring the form back. */
  held: ShallowRef<boolean>
  begin: () => Promise<void>
  startOver: () => Promise<void>
  /** What stands on the other page takes the place of what is here. */
  takeOther: () => Promise<void>
  drop: () => Promise<void>
  /** What goes when the form is saved. */
  going: () => Promise<SeenDraft | null>
}

export function useDraft<N extends DraftName>(db: Store, form: object, { name, pack, resume, fill }: Drafted<N>): Draft {
  const begun = shallowRef(false)
  const restored = shallowRef(false)
  const elsewhere = shallowRef(false)
  const held = shallowRef(false)

  async function drop() {
    const known = name()
    if (known) await dropDraft(db, known).catch(() => undefined)
  }

  async function going() {
    const known = name()
    return known ? seenDraft(db, known) : null
  }

  async function takeOther() {
    const known = name()
    const kept = known ? await readDraft(db, known).catch(() => undefined) : undefined
    restored.value = kept !== undefined
    if (kept) resume(kept)
    else await fill()
    elsewhere.value = false
  }

  /** What the form is filled with by itself is nobody's writing. */
  async function listen() {
    await nextTick()
    begun.value = true
  }

  async function begin() {
    await takeOther()
    await listen()
  }

  async function startOver() {
    begun.value = false
    await drop()
    await fill()
    restored.value = elsewhere.value = false
    await listen()
  }

  watch([form, held], () => {
    const known = name()
    if (!begun.value || held.value || !known) return
    void keepDraft(db, known, pack()).then(
      (done) => (elsewhere.value = !done),
      () => undefined,
    )
  })
  return { begun, restored, elsewhere, held, begin, startOver, takeOther, drop, going }
}
