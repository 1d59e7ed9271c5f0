/* A save asked for while a photo is still being made small: held until the photo is in the form, then done by itself. */
import { shallowRef, watch, type ShallowRef } from 'vue'

/** Failed: a photo did not get in, and its writer has not seen that yet. */
export type Taking = 'still' | 'working' | 'failed'

interface Held {
  taking: ShallowRef<Taking>
  held: ShallowRef<boolean>
  /** True: the save has to wait, and will come by itself. */
  hold: () => boolean
}

export function useHeldSave(save: () => unknown): Held {
  const taking = shallowRef<Taking>('still')
  const held = shallowRef(false)
  watch(taking, (now) => {
    if (now === 'working' || !held.value) return
    held.value = false
    if (now === 'still') void save()
  })
  const hold = () => {
    held.value = taking.value === 'working'
    return held.value
  }
  return { taking, held, hold }
}
