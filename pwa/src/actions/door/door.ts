/* What an action may ask of the world beyond the phone. It is handed in: an action never knows how, or whether, it gets through. */
import { asHeard, type RefusalWord } from '../../sync/own'
import type { Refused } from '../refused'

export type Knock<T> =
  | { as: 'answer'; answer: T }
  | { as: 'login' | 'too_large' | 'fault' | 'no_network' }
  | { as: 'later'; word?: string; wait_ms: number }
  | { as: 'refused'; word: string }

export interface Door {
  post: <T>(path: string, body: unknown) => Promise<Knock<T>>
  get: <T>(path: string) => Promise<Knock<T>>
  put: <T>(path: string, body: unknown) => Promise<Knock<T>>
  drop: <T>(path: string, body: unknown) => Promise<Knock<T>>
  /** The same door, knocked at for this person of those who share the phone. */
  as: (account: string) => Door
}

/** How a picture is fetched; handed in like the door. */
export type Look = (path: string) => Promise<Knock<Blob>>

type Unanswered = Exclude<Knock<unknown>, { as: 'answer' }>

export const isAnswer = <T>(knock: Knock<T>): knock is { as: 'answer'; answer: T } => knock.as === 'answer'

/** The word a screen can say when nobody answered as hoped. */
export function wordOf(knock: Unanswered): RefusalWord {
  if ('word' in knock && knock.word) return asHeard(knock.word)
  return knock.as === 'refused' ? 'unexpected' : knock.as
}

/** A knock that was not answered, as the screens show it. */
export function refusedBy(knock: Unanswered): Refused {
  const wait_ms = 'wait_ms' in knock ? knock.wait_ms : undefined
  return wait_ms === undefined ? { refused: wordOf(knock) } : { refused: wordOf(knock), wait_ms }
}
