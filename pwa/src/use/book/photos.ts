/* Photos as a screen shows them: thumbnails of what is here, a word for what is not. */
import { computed, onScopeDispose, shallowRef, watch, type ComputedRef, type ShallowRef } from 'vue'
import type { AccountDb } from '../../db/account/account'
import { countPhotosIn, readPhotos, readPhotosIn, readThumb, type PhotoRow } from '../../db/form/photos'
import { useLive, type Live } from '../screen/live'

/** away: not on this phone; whether it is on the server yet, only a look will tell. */
type PhotoPlace = PhotoRow['state'] | 'away'

export interface PhotoShown {
  hash: string
  place: PhotoPlace
  /** A thumbnail to show; null until it is read, or when there is none here. */
  url: string | null
}

/** Object URLs by hash; each is given back when its photo or its screen goes. */
function useThumbs(db: AccountDb, hashes: () => string[], changed: () => unknown): ShallowRef<ReadonlyMap<string, string>> {
  const urls = shallowRef<ReadonlyMap<string, string>>(new Map())
  let ended = false
  async function fill(): Promise<void> {
    const wanted = hashes()
    for (const [hash, url] of urls.value) if (!wanted.includes(hash)) URL.revokeObjectURL(url)
    urls.value = new Map([...urls.value].filter(([hash]) => wanted.includes(hash)))
    for (const hash of wanted) {
      if (urls.value.has(hash)) continue
      const thumb = await readThumb(db, hash)
      if (!thumb || ended || urls.value.has(hash) || !hashes().includes(hash)) continue
      urls.value = new Map([...urls.value, [hash, URL.createObjectURL(thumb)]])
    }
  }
  watch([hashes, changed], () => void fill().catch(() => undefined), { immediate: true })
  onScopeDispose(() => {
    ended = true
    for (const url of urls.value.values()) URL.revokeObjectURL(url)
  })
  return urls
}

/** In the order in which they are named. */
export function usePhotos(db: AccountDb, hashes: () => string[]): ComputedRef<PhotoShown[]> {
  const rows = useLive(() => readPhotos(db, hashes()), [], { source: () => hashes().join() })
  const urls = useThumbs(db, hashes, () => rows.now.value.length)
  return computed(() => {
    const known = new Map(rows.now.value.map((row) => [row.hash, row.state]))
    return hashes().map((hash) => ({ hash, place: known.get(hash) ?? 'away', url: urls.value.get(hash) ?? null }))
  })
}

/** How many photos of this phone the server does not have yet, and how many it will not take. */
export const usePhotoCounts = (db: AccountDb): Live<{ waiting: number; refused: number }> =>
  useLive(async () => ({ waiting: await countPhotosIn(db, 'waiting'), refused: await countPhotosIn(db, 'refused') }), { waiting: 0, refused: 0 })

/** Those that wait, as they came; why, where the server has said it. */
export const usePhotosWaiting = (db: AccountDb): Live<PhotoRow[]> =>
  useLive(async () => (await readPhotosIn(db, 'waiting')).sort((a, b) => a.added_at - b.added_at), [])

/** Photos the server will not take: they stand under 需处理. */
export const usePhotosRefused = (db: AccountDb): Live<PhotoRow[]> => useLive(() => readPhotosIn(db, 'refused'), [])
