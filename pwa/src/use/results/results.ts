/* Competition results as a screen shows them. They are no hours: nothing here counts minutes. */
import { computed, type ComputedRef, type Ref } from 'vue'
import type { AccountDb } from '../../db/account/account'
import { readPeople } from '../../db/account/meta'
import type { View } from '../../db/book/replay'
import type { BookDoc, Decision, Doc, ResultContent, ResultDoc } from '../../sync/book'
import { useBook, type Marks } from '../book/book'
import { useLive } from '../screen/live'

type ResultState = 'local' | 'claimed' | 'verified' | 'rejected' | 'attention'

export interface ResultShown {
  id: string
  result: ResultDoc
  state: ResultState
}

/** One line of a result's past; `who` is empty where this phone does not know the name. */
export interface Past {
  what: 'claimed' | 'rival' | Decision['as']
  at: number
  who: string
  text: string
}

const isResult = (doc: Doc): doc is ResultDoc => doc.kind === 'result'

export function stateOf(result: ResultDoc, view: Marks): ResultState {
  if (view.attention.has(result.id) || result.rivals.length > 0) return 'attention'
  return view.local.has(result.id) ? 'local' : result.state
}

export const resultsOf = (view: View): ResultShown[] =>
  [...view.docs.values()]
    .filter(isResult)
    .map((result) => ({ id: result.id, result, state: stateOf(result, view) }))
    .sort((a, b) => (a.result.content.day === b.result.content.day ? b.result.at - a.result.at : a.result.content.day < b.result.content.day ? 1 : -1))

/** What the college said last of the content that stands now, or of the one before it. */
export const lastDecision = ({ decisions }: ResultDoc): Decision | undefined => decisions[decisions.length - 1]

/** Why one may not write: the rules let a verified result stand until the college takes it back. */
export const mayMend = ({ state }: ResultDoc): boolean => state !== 'verified'

export function pastOf(result: ResultDoc, names: ReadonlyMap<string, string>): Past[] {
  const author = names.get(result.by) ?? ''
  const past: Past[] = [{ what: 'claimed', at: result.at, who: author, text: '' }]
  for (const rival of result.rivals) past.push({ what: 'rival', at: rival.at, who: author, text: '' })
  for (const { as, at, by, text } of result.decisions) past.push({ what: as, at, who: names.get(by) ?? '', text: text ?? '' })
  return past.sort((a, b) => a.at - b.at)
}

/** The fields in which these contents are not all alike. */
export function unlike(contents: ResultContent[]): Set<string> {
  const names = new Set(contents.flatMap((content) => Object.keys(content)))
  const spelled = (content: ResultContent, name: string) => JSON.stringify(content[name as keyof ResultContent] ?? null)
  return new Set([...names].filter((name) => new Set(contents.map((content) => spelled(content, name))).size > 1))
}

interface ResultsShown {
  head: ComputedRef<BookDoc | null>
  results: ComputedRef<ResultShown[]>
  names: ComputedRef<ReadonlyMap<string, string>>
  read: Ref<boolean>
}

export function useResults(db: AccountDb, book: Ref<string | null>): ResultsShown {
  const { head, view, read } = useBook(db, book)
  const people = useLive(() => readPeople(db), [])
  const names = computed(() => new Map(people.now.value.map((person) => [person.id, person.name])))
  return { head, results: computed(() => resultsOf(view.value)), names, read }
}
