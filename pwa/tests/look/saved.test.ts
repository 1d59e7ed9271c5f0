/* Where it is told that something was saved, and when no more. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { justSaved, notePage, noteSaved, useSaved } from '../../src/use/screen/saved'

const told = useSaved()

beforeEach(() => vi.stubGlobal('document', new EventTarget()))
afterEach(() => {
  document.dispatchEvent(new Event('visibilitychange'))
  vi.unstubAllGlobals()
})

it('is told over the form that is left, on the screen that comes next, and on no further one', () => {
  notePage()
  expect(told.value).toBe('')
  noteSaved({ id: 'e', day: '2026-11-20' })
  expect(told.value).toBe('leaving')
  expect(justSaved.value?.id).toBe('e')
  notePage()
  expect(told.value).toBe('arrived')
  notePage()
  expect(told.value).toBe('')
})

it('is over when the phone is laid aside, also while the form is being left', () => {
  noteSaved()
  document.dispatchEvent(new Event('visibilitychange'))
  expect(told.value).toBe('')
  notePage()
  expect(told.value).toBe('')
})
