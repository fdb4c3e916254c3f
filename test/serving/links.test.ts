import { describe, expect, test } from 'vitest'
import { buildApp } from '../../serving/app.ts'
import { sqlLinks } from '../../serving/lookups/links.ts'
import type { LinkHit } from '../../serving/ports/links.ts'
import { silent } from '../../streams/meter.ts'
import { namedCache } from '../../streams/named-cache.ts'
import type { Sql } from '../../streams/sql.ts'
import { NOW, quietPorts } from './fake-ports.ts'

const CODE = 'aB3dE6gH9jK'
const OLD = 'aB3dE6gH9jL'

function serving() {
  const hits: LinkHit[] = []
  const asked: string[] = []
  const app = buildApp(
    quietPorts({
      links: {
        find: async code => {
          asked.push(code)
          if (code === CODE) return { destination: 'https://shop.pk/sale?a=1', expiresAt: NOW + 1 }
          return code === OLD ? { destination: 'https://shop.pk/', expiresAt: NOW } : undefined
        },
      },
      linkClicks: { take: hit => void hits.push(hit) },
    }),
  )
  return { app, hits, asked }
}

describe('GET /r/:code', () => {
  test('leads to where the link goes, is not kept by anybody on the way, and counts', async () => {
    const { app, hits } = serving()
    const headers = { 'user-agent': 'Phone', 'sec-purpose': 'prefetch', 'x-forwarded-for': '198.51.100.4, 10.0.0.1' }
    const { statusCode, headers: answered } = await app.inject({ url: `/r/${CODE}`, headers })
    expect([statusCode, answered.location, answered['cache-control']]).toEqual([302, 'https://shop.pk/sale?a=1', 'no-store'])
    expect(hits).toEqual([{ code: CODE, method: 'GET', userAgent: 'Phone', purpose: 'prefetch', address: '198.51.100.4' }])
  })

  test('is found before the full stop that a phone takes for a part of it', async () => {
    const { app, hits } = serving()
    expect((await app.inject(`/r/${CODE}${encodeURIComponent('۔')}`)).statusCode).toBe(302)
    expect(hits).toMatchObject([{ code: CODE }])
  })

  test('says the same to HEAD, which counts as what it is', async () => {
    const { app, hits } = serving()
    const { statusCode, headers } = await app.inject({ method: 'HEAD', url: `/r/${CODE}` })
    expect([statusCode, headers.location]).toEqual([302, 'https://shop.pk/sale?a=1'])
    expect(hits).toMatchObject([{ method: 'HEAD', address: '127.0.0.1' }])
  })

  test.each([
    ['aaaaaaaaaaa', 404, 'This link does not exist'],
    [OLD, 410, 'This link has expired'],
  ])('%s is a page for people, %i, and no visit', async (code, status, title) => {
    const { app, hits } = serving()
    const { statusCode, headers, body } = await app.inject(`/r/${code}`)
    expect([statusCode, headers['content-type'], headers['cache-control']]).toEqual([
      status,
      'text/html; charset=utf-8',
      'no-store',
    ])
    expect(body).toContain(`<h1>${title}</h1>`)
    expect(headers.location).toBeUndefined()
    expect(hits).toEqual([])
  })

  test.each(['x', 'aB3dE6gH9j%00', '%2e%2e%2fetc', 'https:%2f%2fevil.pk', 'aB3dE6gH9jKx', 'ا'.repeat(11)])(
    '%s costs no search, and leads nowhere: what is in the address never becomes where it goes',
    async code => {
      const { app, asked } = serving()
      const { statusCode, headers } = await app.inject(`/r/${code}?url=https://evil.pk&next=//evil.pk`)
      expect([statusCode, headers.location]).toEqual([404, undefined])
      expect(asked).toEqual([])
    },
  )

  test.each([
    ['ur-PK,ur;q=0.9,en;q=0.8', 'ur', 'rtl'],
    ['en-GB,en;q=0.9,ur;q=0.5', 'en', 'ltr'],
    ['de', 'en', 'ltr'],
    ['ur;q=x', 'en', 'ltr'],
    [undefined, 'en', 'ltr'],
  ])('to %s the page begins in %s, and has the other language below', async (accept, language, direction) => {
    const { app } = serving()
    const { body } = await app.inject({ url: '/r/x', headers: accept === undefined ? {} : { 'accept-language': accept } })
    expect(body).toContain(`<html lang="${language}" dir="${direction}">`)
    expect(body).toContain('یہ لنک موجود نہیں')
    expect(body).toContain('This link does not exist')
  })

  test('is a page also where the database is away', async () => {
    const app = buildApp(quietPorts({ links: { find: () => Promise.reject(new Error('ECONNREFUSED')) } }))
    const { statusCode, headers, body } = await app.inject(`/r/${CODE}`)
    expect([statusCode, headers['retry-after'], headers['content-type']]).toEqual([503, '2', 'text/html; charset=utf-8'])
    expect(body).toContain('One moment, please')
  })
})

describe('links by code', () => {
  const rows = { query: async () => [{ destination: 'https://shop.pk/a b', expires_at: 5 }] } as unknown as Sql

  test('are looked up once, then come from the cache', async () => {
    const kept = new Map<string, Uint8Array>()
    const cache = {
      get: async (key: string) => kept.get(key),
      set: async (key: string, value: Uint8Array) => void kept.set(key, value),
      delete: async () => {},
    }
    const first = await sqlLinks(rows, cache).find(CODE)
    const nothing = { query: () => Promise.reject(new Error('away')) } as unknown as Sql
    expect(await sqlLinks(nothing, cache).find(CODE)).toEqual(first)
    expect(first).toEqual({ destination: 'https://shop.pk/a b', expiresAt: 5 })
  })

  test('come from the database while the cache is out of reach', async () => {
    const gone = { get: () => Promise.reject(new Error()), set: () => Promise.reject(new Error()), delete: async () => {} }
    expect(await sqlLinks(rows, namedCache(gone, 'links', silent)).find(CODE)).toMatchObject({ expiresAt: 5 })
  })
})
