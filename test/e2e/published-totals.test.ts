import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe } from 'vitest'
import { cdnow, replayTwice } from '../support/published-totals.ts'
import { sharedData, testWithData } from '../support/shared-data.ts'

const MINUTES = 60_000

describe('public data replayed into one process', () => {
  testWithData(
    'cdnow.csv.gz comes to its published totals, and a second replay changes nothing',
    ['cdnow.csv.gz'],
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'tarang-cdnow-'))
      try {
        await replayTwice(
          sharedData('cdnow.csv.gz'),
          { TARANG_DATA_DIR: folder, TARANG_CURRENCY: 'USD', TARANG_DEMO: 'off' },
          cdnow,
        )
      } finally {
        rmSync(folder, { recursive: true, force: true })
      }
    },
    10 * MINUTES,
  )
})
