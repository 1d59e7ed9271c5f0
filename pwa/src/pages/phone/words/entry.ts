/* How an entry is said in one line, on every screen the same. */
import type { EntryContent, Plan } from '../../../sync/book'
import { t, tOr } from '../../../texts'
import type { EntryShown, EntryState } from '../../../use/book/book'
import { timesOf } from './moment'
import { minutesWord } from './units'

export const moduleOf = (code: string, plan: Plan | null): string => plan?.modules.find((module) => module.code === code)?.name ?? code

export function placeOf({ place, place_kind }: EntryContent, plan: Plan | null): string {
  const name = plan?.places.find(({ id }) => id === place)?.name ?? ''
  return [tOr(`place.${place_kind}`, 'place.post'), name].filter(Boolean).join(' · ')
}

export const stateWord = (state: EntryState): string => tOr(`state.${state}`, 'state.attention')

/** What a row of entries takes. */
export const rowOf = ({ entry, minutes, state, signers, seals, reason }: EntryShown, plan: Plan | null) => ({
  ...{ times: timesOf(entry.content), minutes: minutesWord(minutes), state, word: stateWord(state), reason, seals },
  ...{ module: moduleOf(entry.content.module, plan), place: placeOf(entry.content, plan), text: entry.content.text },
  signers: signers.length ? t('home.signers', { names: signers.join('、') }) : '',
})
