/* What an action may ask of the world beyond the phone. It is handed in: an action never knows how, or whether, it gets through. */
export type Knock<T> = { as: 'answer'; answer: T } | { as: string; word?: string; wait_ms?: number }

export interface Door {
  post: <T>(path: string, body: unknown) => Promise<Knock<T>>
  get: <T>(path: string) => Promise<Knock<T>>
  /** The same door, knocked at for this person of those who share the phone. */
  as: (account: string) => Door
}

export interface Refused {
  refused: string
}

export const isRefused = (answer: unknown): answer is Refused =>
  typeof answer === 'object' && answer !== null && 'refused' in answer

export const isAnswer = <T>(knock: Knock<T>): knock is { as: 'answer'; answer: T } => knock.as === 'answer'

/** The word a screen can say when nobody answered as hoped. */
export const wordOf = (knock: Knock<unknown>): string => ('word' in knock && knock.word) || knock.as
