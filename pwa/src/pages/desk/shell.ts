/* What the desk's frame needs of the browser's: whether a newer build waits. */
import type { InjectionKey, ShallowRef } from 'vue'

interface Shell {
  update: ShallowRef<boolean>
  accept: () => void
}

export const SHELL: InjectionKey<Shell> = Symbol('shell')
