import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LinkBursts } from '../../models/link-bursts.ts'
import { automaticVisit, BURST_LINKS, BURST_MS, EARLY_MS, type VisitFacts } from '../../models/link-visit.ts'

const PHONE =
  'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36'
const person: VisitFacts = { method: 'GET', userAgent: PHONE, purpose: undefined, sinceSentMs: 60_000, links: 1 }

describe('people are taken for people', () => {
  test.each([
    PHONE,
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1',
    'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36',
    'Opera/9.80 (Android; Opera Mini/36.2.2254/119.132; U; en) Presto/2.12.423 Version/12.16',
    'Mozilla/5.0 (Linux; U; Android 9; en-US; CUBOT X18 Plus) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/78.0 UCBrowser/13.4 Mobile Safari/537.36',
    'Mozilla/5.0 (Linux; Android 8.1.0; CUBOT) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/99.0 Mobile Safari/537.36',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 [FBAN/FBIOS;FBAV/468.0]',
    'Mozilla/5.0 (Linux; Android 13; V2111) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/120.0 Mobile Safari/537.36 Instagram 300.0',
    'Nokia6303iclassic/5.0 (06.61) Profile/MIDP-2.1 Configuration/CLDC-1.1',
  ])('%s', userAgent => {
    expect(automaticVisit({ ...person, userAgent })).toBeUndefined()
  })

  test('whoever comes after the earliest moment a text can be read at, or when that is not known', () => {
    for (const sinceSentMs of [EARLY_MS, 9e9, undefined]) expect(automaticVisit({ ...person, sinceSentMs })).toBeUndefined()
  })
})

describe('programs are taken for programs', () => {
  test.each([
    'WhatsApp/2.23.20.0 A',
    'facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) AppleWebKit/601.2.4 (KHTML, like Gecko) Version/9.0.1 Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0',
    'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)',
    'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
    'TelegramBot (like TwitterBot)',
    'Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)',
    'Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)',
    'Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)',
    'Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5',
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/126.0.0.0 Safari/537.36',
    'curl/8.5.0',
    'python-requests/2.32.3',
    'Go-http-client/2.0',
    'node',
    'okhttp/4.12.0',
    '',
    ' ',
    undefined,
  ])('%s', userAgent => {
    expect(automaticVisit({ ...person, userAgent })).toBe('agent')
  })

  test.each([
    [{ method: 'HEAD' }, 'head'],
    [{ purpose: 'prefetch' }, 'prefetch'],
    [{ purpose: 'prefetch;prerender' }, 'prefetch'],
    [{ purpose: 'Preview' }, 'prefetch'],
    [{ sinceSentMs: 0 }, 'early'],
    [{ sinceSentMs: EARLY_MS - 1 }, 'early'],
    [{ sinceSentMs: -5 }, 'early'],
    [{ links: BURST_LINKS }, 'burst'],
  ] as const)('%j', (facts, reason) => {
    expect(automaticVisit({ ...person, ...facts })).toBe(reason)
  })

  test('whatever headers hold, there is a verdict, and what makes a visit suspicious never makes a program a person', () => {
    const facts = fc.record({
      method: fc.constantFrom('GET', 'HEAD'),
      userAgent: fc.option(fc.string(), { nil: undefined }),
      purpose: fc.option(fc.string(), { nil: undefined }),
      sinceSentMs: fc.option(fc.integer(), { nil: undefined }),
      links: fc.nat(100),
    })
    fc.assert(
      fc.property(facts, fc.nat(100), (visit, more) => {
        const verdict = automaticVisit(visit)
        if (verdict !== undefined) expect(automaticVisit({ ...visit, links: visit.links + more })).toBe(verdict)
        expect(automaticVisit({ ...visit, method: 'HEAD' })).toBe('head')
      }),
    )
  })
})

describe('bursts', () => {
  const visits = fc.array(
    fc.record({ address: fc.constantFrom('a', 'b'), code: fc.integer({ min: 0, max: 50 }).map(String), wait: fc.nat(3000) }),
    { maxLength: 200 },
  )

  test('are counted as a plain look back would count them, up to what makes one', () => {
    fc.assert(
      fc.property(visits, all => {
        const bursts = new LinkBursts()
        const past: { address: string; code: string; at: number }[] = []
        let at = 1_700_000_000_000
        for (const { wait, ...visit } of all) {
          at += wait
          past.push({ ...visit, at })
          const near = past.filter(({ address, at: then }) => address === visit.address && then > at - BURST_MS)
          const plain = new Set(near.map(({ code }) => code)).size
          expect(bursts.count(visit.address, visit.code, at)).toBe(Math.min(BURST_LINKS, plain))
        }
      }),
    )
  })

  test('do not make one link that everybody forwards a program’s', () => {
    const bursts = new LinkBursts()
    for (let i = 0; i < 1000; i++) expect(bursts.count('a mobile network', 'one', i)).toBe(1)
  })
})
