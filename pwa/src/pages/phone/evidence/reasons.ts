/* The words of evidence as sentences, with the thresholds of the table in them. */
import { FACTS, PARAMS } from '../../../sync/evidence'
import { t, tOr } from '../../../texts'

export const reasonOf = (word: string): string => tOr(`evidence.${word}`, 'word.unexpected', PARAMS)

export const gradeWord = (grade: string): string => tOr(`evidence.word_${grade}`, 'word.unexpected')

/** The word that would speak for it, by each that does not. */
const WANTED = new Map(Object.values(FACTS).flatMap(({ yes, ...others }) => Object.values(others).map((word) => [word, yes!] as const)))

/** Something of it is there already: why that does not do is said as well. */
const BEGUN: ReadonlySet<string> = new Set(['presence_unproven', 'presence_waiting', 'seen_by_signer'])

/** What would do, out of several. "Any of these: not this, not that" is no way to anything. */
export const wayOf = (word: string): string => {
  const way = reasonOf(WANTED.get(word) ?? word)
  return BEGUN.has(word) ? t('evidence.so_far', { way, why: reasonOf(word) }) : way
}
