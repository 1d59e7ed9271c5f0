import { effectScope } from 'vue'
import { expect, it, vi } from 'vitest'
import { putMeta } from '../../src/db/account/meta'
import { useWhere } from '../../src/pages/phone/mentor/where'
import { speak } from '../../src/texts'
import { enrolled } from '../cast'

it('what was signed is said to be where it is', async () => {
  vi.stubGlobal('document', { documentElement: {} })
  await speak('zh-CN')
  const { db } = await enrolled()
  const scope = effectScope()
  const where = scope.run(() => useWhere(db))!
  expect(where()).toContain('存在本机')
  await putMeta(db, 'once', true)
  await vi.waitFor(() => expect(where()).toBe('服务器已收下'))
  scope.stop()
})
