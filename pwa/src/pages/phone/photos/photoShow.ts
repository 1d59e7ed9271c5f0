/* What every screen with photos does alike: name them, and show one whole. */
import { onScopeDispose, shallowRef } from 'vue'
import { isRefused, tried } from '../../../actions/refused'
import { openPhoto } from '../../../actions/form/photos'
import type { PhotoSeen } from '../../../components/photos/PhotoRow.vue'
import { sentenceOf, t, tOr } from '../../../texts'
import type { PhotoShown } from '../../../use/book/photos'
import { useJoined, useOpen } from '../../joined'

export const photosSeen = (photos: PhotoShown[], fetching = false): PhotoSeen[] =>
  photos.map(({ hash, place, url }, at) => {
    const word = fetching && place === 'away' ? t('photo.coming') : tOr(`photo.${place}`, 'photo.away')
    const name = [t('photo.one', { n: at + 1 }), word].filter(Boolean).join(' · ')
    return { hash, url, word, name }
  })

interface Shown {
  url: string | null
  name: string
  said: string
}

export function usePhotoShow() {
  const { look } = useJoined()
  const { db } = useOpen()
  const shown = shallowRef<Shown | null>(null)

  function close() {
    if (shown.value?.url) URL.revokeObjectURL(shown.value.url)
    shown.value = null
  }

  async function open(hash: string, seen: PhotoSeen[]) {
    const name = seen.find((photo) => photo.hash === hash)?.name ?? ''
    const asked: Shown = { url: null, name, said: t('photo.fetching') }
    shown.value = asked
    const got = await tried(openPhoto(db, look, hash, Date.now()), 'photo_offline')
    // Closed, or another one opened, while it was fetched.
    if (shown.value !== asked) return
    shown.value = isRefused(got) ? { ...asked, said: sentenceOf(got.refused) } : { ...asked, url: URL.createObjectURL(got) }
  }

  onScopeDispose(close)
  return { shown, open, close }
}
