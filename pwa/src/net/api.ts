/* The answers of the doors this phone knocks at, as the server describes them (schema.ts, made by `npm run types`).
   Verdicts and documents are told more closely than OpenAPI can. */
import type { BookPage, Verdict } from '../db/account/rows'
import type { components } from './schema'

type Described = components['schemas']

export type PeoplePage = Described['PeopleAnswer']
export type Issued = Described['CertificateAnswer']

export type SyncQuestion = Required<Omit<Described['SyncRequest'], 'have' | 'clock'>> & {
  have: Record<string, [number, string]>
  /** A kiosk's own. */
  clock?: Described['Clock']
}

export type SyncAnswer = Omit<Described['SyncAnswer'], 'v' | 'verdicts' | 'books'> & {
  v: 1
  verdicts: Record<string, Verdict>
  books: BookPage[]
}
