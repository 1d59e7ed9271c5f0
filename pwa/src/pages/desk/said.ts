/* What a refusal says at a desk, where nothing lies on a phone. */
import { sentenceOf, t, tOr } from '../../texts'

export const said = (word: string): string => {
  const own = tOr(`desk.word.${word}`, 'desk.word.none')
  return own === t('desk.word.none') ? sentenceOf(word) : own
}
