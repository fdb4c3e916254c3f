import { expect, test, vi } from 'vitest'
import { runTarang } from '../support/run-tarang.ts'
import { describeStack } from '../support/stack.ts'

// Every command is a process of its own, and a busy machine takes seconds to start one.
vi.setConfig({ testTimeout: 120_000 })

describeStack('tarang doctor', ({ brokers, databaseUrl, registryUrl }) => {
  test('asks each part of the stack, and all is well', async () => {
    const { code, stdout } = await runTarang(['doctor'], {
      KAFKA_BROKERS: brokers.join(','),
      DATABASE_URL: databaseUrl,
      ...(registryUrl === undefined ? {} : { SCHEMA_REGISTRY_URL: registryUrl }),
    })
    expect(stdout).toMatch(/✓ Kafka .*answers[\s\S]*✓ Postgres .*PostgreSQL \d+[\s\S]*✓ schema registry/)
    expect(code).toBe(0)
  })

  test('something else on a port, and a database that is not there, are found, and passwords are not told', async () => {
    const wrong = new URL(databaseUrl)
    wrong.password = 'open-sesame'
    wrong.pathname = '/nowhere'
    const { code, stdout, stderr } = await runTarang(['doctor'], {
      KAFKA_BROKERS: wrong.host,
      DATABASE_URL: wrong.href,
      SCHEMA_REGISTRY_URL: `http://${wrong.host}/`,
    })
    expect(stdout).toMatch(/✗ Kafka[\s\S]*✗ Postgres .*"nowhere" does not exist[\s\S]*✗ schema registry/)
    expect(code).toBe(1)
    expect(stdout + stderr).not.toContain('open-sesame')
  })
})
