/* Competition results as a screen shows them. They are no hours: nothing here counts minutes. */
import { computed, type ComputedRef, type Ref } from 'vue'
import type { AccountDb } from '../../db/account/account'
import type { View } from '../../db/book/replay'
import type { BookDoc, Decision, Doc, ResultContent, ResultDoc } from '../../sync/book'
import { useBook, type Marks } from '../book/book'
import type { Past } from '../book/history'

type ResultState = 'local' | 'claimed' | 'verified' | 'rejected' | 'attention'

export interface ResultShown {
  id: string
  result: ResultDoc
  state: ResultState
  /** The college claimed it for him. */
  entered: boolean
}

/** A version's content is known only while it stands beside another. */
export interface ResultPast extends Past<'claimed' | 'entered' | 'rival' | Decision['as']> {
  at: number
  content: ResultContent | null
}

const isResult = (doc: Doc): doc is ResultDoc => doc.kind === 'result'

export function stateOfResult(result: ResultDoc, view: Marks): ResultState {
  if (view.attention.has(result.id) || result.rivals.length > 0) return 'attention'
  return view.local.has(result.id) ? 'local' : result.state
}

const isHead = (doc: Doc): doc is BookDoc => doc.kind === 'book'

const isEntered = ({ by }: ResultDoc, head: BookDoc | null | undefined): boolean => !!head && by !== head.apprentice

export function resultsOf(view: View): ResultShown[] {
  const docs = [...view.docs.values()]
  const head = docs.find(isHead)
  return docs
    .filter(isResult)
    .map((result) => ({ id: result.id, result, state: stateOfResult(result, view), entered: isEntered(result, head) }))
    .sort((a, b) => (a.result.content.day === b.result.content.day ? b.result.at - a.result.at : a.result.content.day < b.result.content.day ? 1 : -1))
}

/** What the college said last of the content that stands now, or of the one before it. */
export const lastDecision = ({ decisions }: ResultDoc): Decision | undefined => decisions[decisions.length - 1]

/** Why one may not write: the rules let a verified result stand until the college takes it back. */
export const mayMend = ({ state }: ResultDoc): boolean => state !== 'verified'

export function pastOfResult({ by: author, at: first, versions, rivals, decisions }: ResultDoc, entered = false): ResultPast[] {
  const claimed: ResultPast = { op: versions[0]?.op ?? '', what: entered ? 'entered' : 'claimed', by: author, at: first, words: '', content: null }
  const beside = rivals.map(({ op, at, content }): ResultPast => ({ op, what: 'rival', by: author, at, words: '', content }))
  const decided = decisions.map(({ op, as, by, at, text }): ResultPast => ({ op, what: as, by, at, words: text ?? '', content: null }))
  return [claimed, ...beside, ...decided].sort((a, b) => a.at - b.at)
}

interface ResultsShown {
  head: ComputedRef<BookDoc | null>
  results: ComputedRef<ResultShown[]>
  read: Ref<boolean>
}

export function useResults(db: AccountDb, book: Ref<string | null>): ResultsShown {
  const { head, view, read } = useBook(db, book)
  return { head, results: computed(() => resultsOf(view.value)), read }
}
