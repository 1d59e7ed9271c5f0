/* Why a story could not be done, as a value: a word, whose sentence lives with the screens. */
import type { OwnWord, RefusalWord } from '../sync/own'

export interface Refused {
  refused: RefusalWord
  /** How long until another try can help, where somebody said so. */
  wait_ms?: number
}

export const isRefused = (answer: unknown): answer is Refused =>
  typeof answer === 'object' && answer !== null && 'refused' in answer

/** What the phone's storage throws in the middle of a story is told like any other refusal; `word` where there is a better one. */
export const tried = <T>(work: Promise<T>, word: OwnWord = 'store_failed'): Promise<T | Refused> =>
  work.catch((): Refused => ({ refused: word }))
