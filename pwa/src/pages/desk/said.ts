/* What a refusal says at a desk, where nothing lies on a phone. */
import { sentenceOf, t, tOr } from '../../texts'

/** As short as a reason may be. */
export const LEAST_REASON = 4

export const said = (word: string): string => {
  const own = tOr(`desk.word.${word}`, 'desk.word.none')
  return own === t('desk.word.none') ? sentenceOf(word) : own
}
