/* Which entry was written last, so that the screen that comes next can show where it stands. */
import { shallowRef } from 'vue'

export interface Written {
  id: string
  day: string
}

export const justWritten = shallowRef<Written | null>(null)
