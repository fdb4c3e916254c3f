import { randomUUID } from 'node:crypto'
import { Type } from 'typebox'
import { expect, test, vi } from 'vitest'
import { schemaRegistry } from '../../infra/registry.ts'
import { systemClock } from '../../streams/clock.ts'
import { describeWhere, stack } from '../support/stack.ts'

vi.setConfig({ testTimeout: 60_000 })

const schema = Type.Object({ id: Type.String() }, { additionalProperties: false })

describeWhere('the schema registry', stack?.registryUrl, 'no schema registry in the stack: infra/stack/stack up', url => {
  const open = () => schemaRegistry(url, ms => systemClock.sleep(ms))
  const ruleOf = async (topic: string) => {
    const answer = await fetch(`${url}/config/${topic}-value`)
    return ((await answer.json()) as { compatibilityLevel: string }).compatibilityLevel
  }

  test('instances that start at once all get the same schema, and none dies of a subject that another is making', async () => {
    for (let round = 0; round < 10; round++) {
      const topic = `at-once-${randomUUID()}`
      const ids = await Promise.all(Array.from({ length: 4 }, () => open().register(topic, schema)))
      expect(new Set(ids).size).toBe(1)
      expect(await ruleOf(topic)).toBe('BACKWARD')
    }
  })

  test('a subject whose maker died before its rule was made gets its rule, and is not refused ever after', async () => {
    const topic = `unruled-${randomUUID()}`
    const made = await fetch(`${url}/subjects/${topic}-value/versions`, {
      method: 'POST',
      headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
      body: JSON.stringify({
        schemaType: 'JSON',
        schema: JSON.stringify({ $schema: 'http://json-schema.org/draft-07/schema#', ...schema }),
      }),
    })
    expect(made.status).toBe(200)
    expect(await ruleOf(topic)).toBe('NONE')
    expect(await open().register(topic, schema)).toBeGreaterThan(0)
    expect(await ruleOf(topic)).toBe('BACKWARD')
  })
})
