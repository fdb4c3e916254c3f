import { SchemaRegistry as Client, SchemaType } from '@kafkajs/confluent-schema-registry'
import { Ajv } from 'ajv'

import addFormats from 'ajv-formats'
import type { TSchema } from 'typebox'
import type { SchemaRegistry } from '../streams/codec.ts'

/** How often a first registration is tried when instances start at once: the registry then refuses all but one, or shows a subject without its rule. */
const TRIES = 10
/** A registry that took a request and does not answer would be waited for without end: the client knows no deadline. */
const DEADLINE_MS = 5000

/**
 * The schema registry by its Confluent-compatible API, subjects `<topic>-value`, BACKWARD compatibility.
 *
 * JSON Schema goes in as draft-07 and closed: with newer drafts every compatibility check fails, and open schemas refuse new optional fields.
 */
export function schemaRegistry(host: string, sleep: (ms: number) => Promise<void>): SchemaRegistry {
  // The client was typed against another major of ajv; it calls nothing but addSchema and compile.
  const ajvInstance = addFormats.default(new Ajv({ strict: true, addUsedSchema: false }))
  const client = new Client(
    { host, retry: { retries: 0 }, middlewares: [withDeadline] },
    { [SchemaType.JSON]: { ajvInstance: ajvInstance as never } },
  )

  async function register(topic: string, schema: TSchema): Promise<number> {
    const text = JSON.stringify({ $schema: 'http://json-schema.org/draft-07/schema#', ...schema })
    const subject = `${topic}-value`
    for (let left = TRIES; ; left--) {
      try {
        const { id } = await client.register({ type: SchemaType.JSON, schema: text }, { subject })
        return id
      } catch (error) {
        const unruled = error instanceof Error && /BACKWARD != NONE/.test(error.message)
        const busy = unruled || (error instanceof Error && /already exists/.test(error.message))
        if (!busy || left === 0)
          throw new Error(`the schema registry at ${host} did not take the schema of ${topic}: ${String(error)}`)
        if (unruled && left === 1) await rule(subject)
        await sleep(100)
      }
    }
  }

  /** Gives a subject its rule. The client makes the subject first and its rule after: who died between the two left one that it refuses ever after. */
  async function rule(subject: string): Promise<void> {
    await fetch(`${host}/config/${encodeURIComponent(subject)}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
      body: JSON.stringify({ compatibility: 'BACKWARD' }),
      signal: AbortSignal.timeout(DEADLINE_MS),
    })
  }

  async function knows(id: number): Promise<boolean> {
    try {
      await client.getSchema(id)
      return true
    } catch (error) {
      // Only 404 says that there is no such schema; a registry that is down answers otherwise, or not at all.
      if ((error as { status?: unknown }).status === 404) return false
      throw error
    }
  }

  return { register, knows }
}

const withDeadline: NonNullable<ConstructorParameters<typeof Client>[0]['middlewares']>[number] = () => ({
  prepareRequest: async next => (await next()).enhance({ timeout: DEADLINE_MS }),
})
