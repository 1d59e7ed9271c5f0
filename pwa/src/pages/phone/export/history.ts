/* The history of an entry or a result, one line a step, oldest first; under an earlier version what it said, where this phone
   knows it. */
import type { EntryDoc, ResultDoc } from '../../../sync/book'
import { t, tOr } from '../../../texts'
import { clock, clockOf, dayOf } from '../../../use/book/days'
import { stepsOf, type Step } from '../../../use/book/history'
import { html, type Markup } from './markup'

export type NameOf = (person: string) => string
type Held = Parameters<typeof stepsOf>[2]

interface Line {
  at: number | null
  words: string
  struck?: boolean
  more?: Markup | null
}

const line = ({ at, words, struck = false, more = null }: Line): Markup =>
  html`<li>${at ? `${dayOf(at)} ${clockOf(at)} ` : ''}<span class="${struck ? 'struck' : ''}">${words}</span>${struck ? t('paper.h.struck') : ''}${more}</li>`

const VERSIONS: ReadonlySet<string> = new Set(['logged', 'revised', 'rival'])

/** The newest version stands above the history already. */
function saidBy({ op, act, content }: Step, newest: string): Markup | null {
  if (!VERSIONS.has(act) || op === newest) return null
  if (!content) return html`<p>${t('paper.h.unknown')}</p>`
  return html`<p>${content.day} ${clock(content.start)}–${clock(content.end)}</p><p class="text">${content.text}</p>`
}

export function entryHistory(entry: EntryDoc, held: Held, nameOf: NameOf): Markup {
  // Notes stand in a list of their own.
  const lines = stepsOf(entry, new Map(), held, null).map((step): Markup => {
    const { act, at, by, minutes, words, struck } = step
    const told = tOr(`paper.h.${act}`, 'paper.h.other', { who: nameOf(by), minutes: minutes ?? 0, reason: words })
    const note = (act === 'signed' || act === 'credited') && words ? t('paper.h.note', { note: words }) : ''
    return line({ at, words: told + note, struck, more: saidBy(step, entry.version) })
  })
  return html`<ol>${lines}</ol>`
}

export function resultHistory(result: ResultDoc, nameOf: NameOf): Markup {
  const decided = result.decisions.map(({ at, as, by, text }): Line => ({ at, words: t(`paper.h.${as}`, { who: nameOf(by), reason: text ?? '' }) }))
  const lines: Line[] = [{ at: result.at, words: t('paper.h.claimed', { who: nameOf(result.by) }) }, ...decided]
  return html`<ol>${lines.sort((a, b) => (a.at ?? 0) - (b.at ?? 0)).map(line)}</ol>`
}
