/* Single keys of the desk's: heard unless somebody is writing, holds another key, or has switched them off. */
import { onScopeDispose, shallowRef } from 'vue'

const CHOICE = 'jiangji-desk-keys'
const WRITES = 'input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]'

function remembered(): boolean {
  try {
    return localStorage.getItem(CHOICE) !== 'off'
  } catch {
    return true
  }
}

/** Shared by all lists; a person who dictates or types with a stick switches them off once. */
export const keysOn = shallowRef(remembered())

export function switchKeys(on: boolean): void {
  keysOn.value = on
  try {
    localStorage.setItem(CHOICE, on ? 'on' : 'off')
  } catch {
    // It holds until the page is closed.
  }
}

const isFree = (event: KeyboardEvent): boolean => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return false
  return !(event.target instanceof Element && event.target.closest(`${WRITES}, dialog`))
}

/** `press` says whether the key was its own. */
export function useKeys(press: (key: string, event: KeyboardEvent) => boolean): void {
  const hear = (event: KeyboardEvent) => {
    if (keysOn.value && isFree(event) && press(event.key, event)) event.preventDefault()
  }
  document.addEventListener('keydown', hear)
  onScopeDispose(() => document.removeEventListener('keydown', hear))
}
