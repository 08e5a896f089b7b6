import { memoryQuotaStore } from '@toolgate/quota'
import { quotaStoreConformance } from '@toolgate/quota/conformance'
import { test } from 'vitest'

function memorySubject() {
  let nowMs = Date.UTC(2026, 0, 15, 12)
  const store = memoryQuotaStore({ clock: () => nowMs })
  return {
    store,
    now: () => nowMs,
    advance: (ms: number) => {
      nowMs += ms
    },
  }
}

test.for(quotaStoreConformance)('$title', ({ run }) => run(memorySubject))
