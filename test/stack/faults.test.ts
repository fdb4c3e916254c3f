import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { faults } from '../faults/faults.ts'
import { ownStacks } from '../faults/own-stacks.ts'
import { suffer } from '../faults/suffer.ts'
import { describeWhere } from '../support/stack.ts'

const jars = fileURLToPath(new URL('../../.stack/jars/kafka', import.meta.url))
const fetched = existsSync(jars) ? jars : undefined

describeWhere('in production', fetched, 'no stack to be started and killed: `infra/stack/stack install`', () => {
  const stacks = ownStacks(() => {})
  afterAll(() => stacks[Symbol.asyncDispose](), 120_000)

  for (const fault of faults) {
    const why = fault.impossible?.()
    describeWhere(fault.name, why === undefined ? fault : undefined, why ?? '', () => {
      test(`loses nothing and counts every event once: ${fault.title}`, { timeout: 300_000 }, async () => {
        const { wrongs } = await suffer(await stacks.for(fault), fault, { short: true, seed: 1, minutes: 0, say: () => {} })
        expect(wrongs).toEqual([])
      })
    })
  }
})
