import { describe, expect, test } from 'vitest'
import { buildApp } from '../../serving/app.ts'
import type { TextsAsked, TextWriter } from '../../serving/ports/text-writer.ts'
import { quietPorts } from './fake-ports.ts'

const unfit = {
  text: 'Hi',
  placeholders: [],
  encoding: 'GSM-7',
  parts: 1,
  source: 'built-in',
  why: 'unfit',
  reasons: ['too long'],
} as const

/** Answers as nobody who writes would, and keeps what was asked. */
function noting(): TextWriter & { asked: TextsAsked[] } {
  const asked: TextsAsked[] = []
  return {
    asked,
    write: async wanted => {
      asked.push(wanted)
      return wanted.languages.map(language => ({ language, ...unfit }))
    },
  }
}
const post = async (body: object, textWriter = noting()) => {
  const answer = await buildApp(quietPorts({ textWriter })).inject({ method: 'POST', url: '/texts', payload: body })
  return { answer, body: answer.json(), asked: textWriter.asked[0] }
}

describe('POST /texts', () => {
  test('asks for all languages and for what is given, unless told otherwise', async () => {
    const discount = { type: 'percent', value: 20, code: 'EID' }
    const { answer, body, asked } = await post({ purpose: 'offer', discount, link: 'https://shop.example/' })
    expect(answer.statusCode).toBe(200)
    expect(asked).toEqual({
      purpose: 'offer',
      languages: ['en', 'roman-ur', 'ur'],
      about: undefined,
      placeholders: ['first_name', 'link', 'discount', 'code'],
      maxParts: 3,
      discount,
      link: 'https://shop.example/',
    })
    expect(body.texts[0]).toEqual({ language: 'en', ...unfit })
  })

  test.each([
    [{}, 'body_invalid'],
    [{ purpose: 'spam' }, 'body_invalid'],
    [{ purpose: 'offer', languages: [] }, 'body_invalid'],
    [{ purpose: 'offer', languages: ['fr'] }, 'body_invalid'],
    [{ purpose: 'offer', about: 'x'.repeat(1001) }, 'body_invalid'],
    [{ purpose: 'offer', placeholders: ['name'] }, 'body_invalid'],
    [{ purpose: 'offer', link: 'javascript:alert(1)' }, 'body_invalid'],
    [{ purpose: 'offer', discount: { type: 'percent' } }, 'body_invalid'],
    [{ purpose: 'offer', maxParts: 0 }, 'body_invalid'],
    [{ purpose: 'offer', placeholders: ['discount'] }, 'discount_missing'],
    [{ purpose: 'offer', placeholders: ['code'], discount: { type: 'free_shipping' } }, 'code_missing'],
  ])('%j is refused with a stable code: %s', async (body, code) => {
    const { answer, body: problem, asked } = await post(body)
    expect([answer.statusCode, problem.code]).toEqual([400, code])
    expect(asked).toBeUndefined()
  })
})
