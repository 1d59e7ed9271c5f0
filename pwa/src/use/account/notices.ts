/* What others have done that concerns me: the notices of the personal book, whose id is the person's. */
import { computed, type ComputedRef, type Ref } from 'vue'
import type { AccountDb } from '../../db/account/account'
import type { View } from '../../db/book/replay'
import { readView } from '../../db/book/shelf'
import type { Doc, NoticeDoc, NoticeWord } from '../../sync/book'
import { useLive } from '../screen/live'
import { usePages } from '../screen/pages'

const PAGE = 30

export interface NoticeShown {
  id: string
  word: NoticeWord
  /** The book it happened in, and the document there; null where there is none, or several. */
  book: string | null
  about: string | null
  count: number
  at: number
  unread: boolean
}

interface Notices {
  /** Newest first, as many pages as were asked for. */
  notices: ComputedRef<NoticeShown[]>
  total: ComputedRef<number>
  next: ComputedRef<number>
  more: () => void
  unread: ComputedRef<number>
  /** What `markRead` takes: the moment of the newest notice, 0 without one. */
  newest: ComputedRef<number>
  /** False until the first answer. */
  read: Ref<boolean>
}

const isNotice = (doc: Doc): doc is NoticeDoc => doc.kind === 'notice'

const EMPTY: View = { docs: new Map(), local: new Set(), attention: new Set() }

function noticesOf(view: View, person: string): NoticeShown[] {
  const head = view.docs.get(person)
  const until = head?.kind === 'me' ? head.read_until : 0
  return [...view.docs.values()]
    .filter(isNotice)
    .map(({ id, word, book, about, count, at }) => ({ id, word, book, about, count, at, unread: at > until }))
    .sort((a, b) => b.at - a.at || (a.id < b.id ? -1 : 1))
}

export function useNotices(db: AccountDb, person: string): Notices {
  const view = useLive(() => readView(db, person), EMPTY)
  const all = computed(() => noticesOf(view.now.value, person))
  const { most, next, more } = usePages(() => all.value.length, PAGE)
  return {
    ...{ next, more },
    notices: computed(() => all.value.slice(0, most.value)),
    total: computed(() => all.value.length),
    unread: computed(() => all.value.filter((notice) => notice.unread).length),
    newest: computed(() => all.value[0]?.at ?? 0),
    read: view.read,
  }
}
