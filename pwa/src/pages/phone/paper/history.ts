/* The history of an entry or a result, one line a step, oldest first. */
import type { EntryDoc, ResultDoc } from '../../../sync/book'
import { claimedMinutes } from '../../../sync/book'
import { t } from '../../../texts'
import { clockOf, dayOf } from '../../../use/days'
import { html, type Markup } from './markup'

export type NameOf = (person: string) => string

interface Step {
  at: number
  words: string
  struck?: boolean
}

const line = ({ at, words, struck = false }: Step): Markup =>
  html`<li>${at ? `${dayOf(at)} ${clockOf(at)} ` : ''}<span class="${struck ? 'struck' : ''}">${words}</span>${struck ? t('paper.h.struck') : ''}</li>`

const list = (steps: Step[]): Markup => html`<ol>${[...steps].sort((a, b) => a.at - b.at).map(line)}</ol>`

export function entryHistory(entry: EntryDoc, nameOf: NameOf): Markup {
  const who = nameOf(entry.by)
  const last = entry.versions.length - 1
  // Only the newest version tells its hour; the earlier ones came before it, in this order.
  const versions = entry.versions.map(
    ({ minutes }, at): Step => ({ at: at === last ? entry.at : at === 0 ? 0 : at / 1000, words: t(at === 0 ? 'paper.h.logged' : 'paper.h.revised', { who, minutes }) }),
  )
  const signed = entry.seals.map(({ at, by, minutes, struck }): Step => ({ at, words: t('paper.h.signed', { who: nameOf(by), minutes }), struck }))
  const returned = entry.returns.map(({ at, by, reason }): Step => ({ at, words: t('paper.h.returned', { who: nameOf(by), reason }) }))
  const queried = entry.queries.map(({ at, by, reason }): Step => ({ at, words: t('paper.h.queried', { who: nameOf(by), reason }) }))
  const reversed = entry.reversals.map(({ at, by, minutes, reason }): Step => ({ at, words: t('paper.h.reversed', { who: nameOf(by), minutes, reason }) }))
  const rivals = entry.rivals.map(({ at, content }): Step => ({ at, words: t('paper.h.rival', { minutes: claimedMinutes(content), text: content.text }) }))
  const { recognised, withdrawn } = entry
  const credited: Step[] = recognised ? [{ at: recognised.at, words: t('paper.h.credited', { who: nameOf(recognised.by), minutes: recognised.minutes }) }] : []
  const left: Step[] = withdrawn ? [{ at: withdrawn.at, words: t('paper.h.withdrawn', { who, reason: withdrawn.reason }) }] : []
  return list([...versions, ...signed, ...returned, ...queried, ...credited, ...reversed, ...rivals, ...left])
}

export function resultHistory(result: ResultDoc, nameOf: NameOf): Markup {
  const decided = result.decisions.map(({ at, as, by, text }): Step => ({ at, words: t(`paper.h.${as}`, { who: nameOf(by), reason: text ?? '' }) }))
  return list([{ at: result.at, words: t('paper.h.claimed', { who: nameOf(result.by) }) }, ...decided])
}
