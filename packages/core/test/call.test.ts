import { GatedToolRunner } from '@toolgate/core'
import { expect, test } from 'vitest'

test('x', async () => {
  const r = new GatedToolRunner()
  r.register('a', { execute: () => 1 })
  expect((await r.call('a')).result).toBe(1)
})
