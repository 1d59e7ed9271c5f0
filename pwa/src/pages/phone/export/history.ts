/* The history of an entry or a result, one line a step, oldest first; under an earlier version what it said, where this phone
   knows it. */
import type { EntryDoc, ResultDoc } from '../../../sync/book'
import { momentOf } from '../../../sync/days'
import { t, tOr } from '../../../texts'
import { isVersion, pastOf, type EntryPast } from '../../../use/book/history'
import { pastOfResult } from '../../../use/results/results'
import { timesOf } from '../words/moment'
import { html, type Markup } from './markup'

export type NameOf = (person: string) => string
type Held = Parameters<typeof pastOf>[2]

interface Told {
  at: number | null
  words: string
  struck?: boolean
  more?: Markup | null
}

const line = ({ at, words, struck = false, more = null }: Told): Markup =>
  html`<li>${at ? `${momentOf(at)} ` : ''}<span class="${struck ? 'struck' : ''}">${words}</span>${struck ? t('paper.h.struck') : ''}${more}</li>`

/** The newest version stands above the history already. */
function saidBy(one: EntryPast, newest: string): Markup | null {
  const { op, content } = one
  if (!isVersion(one) || op === newest) return null
  if (!content) return html`<p>${t('paper.h.unknown')}</p>`
  return html`<p>${content.day} ${timesOf(content)}</p><p class="text">${content.text}</p>`
}

export function entryHistory(entry: EntryDoc, held: Held, nameOf: NameOf): Markup {
  // Notes stand in a list of their own.
  const lines = pastOf(entry, new Map(), held, null).map((one): Markup => {
    const { what, at, by, minutes, words, struck } = one
    const told = tOr(`paper.h.${what}`, 'paper.h.other', { who: nameOf(by), minutes: minutes ?? 0, reason: words })
    const note = (what === 'signed' || what === 'credited') && words ? t('paper.h.note', { note: words }) : ''
    return line({ at, words: told + note, struck, more: saidBy(one, entry.version) })
  })
  return html`<ol>${lines}</ol>`
}

/** What stands beside another is not yet part of the record. */
export function resultHistory(result: ResultDoc, nameOf: NameOf): Markup {
  const past = pastOfResult(result).filter(({ what }) => what !== 'rival')
  return html`<ol>${past.map(({ what, at, by, words }) => line({ at, words: tOr(`paper.h.${what}`, 'paper.h.other', { who: nameOf(by), reason: words }) }))}</ol>`
}
