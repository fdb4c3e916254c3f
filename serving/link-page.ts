import { createHash } from 'node:crypto'

/** A page for somebody whose link leads nowhere, and the policy it may be shown under. */
export interface LinkPage {
  readonly kind: 'unknown' | 'expired' | 'away'
  readonly html: string
  readonly policy: string
}

type Language = 'en' | 'ur'
interface Words {
  readonly title: string
  readonly text: string
}

const words: Readonly<Record<LinkPage['kind'], Readonly<Record<Language, Words>>>> = {
  unknown: {
    en: {
      title: 'This link does not exist',
      text: 'Perhaps a letter was lost on the way. Please open it again from the message, or copy all of it.',
    },
    ur: {
      title: 'یہ لنک موجود نہیں',
      text: 'شاید کوئی حرف رہ گیا ہے۔ براہِ کرم پیغام سے لنک دوبارہ کھولیں یا پورا لنک کاپی کریں۔',
    },
  },
  expired: {
    en: {
      title: 'This link has expired',
      text: 'The offer it led to is over. Thank you for looking; the next one is on its way.',
    },
    ur: {
      title: 'اس لنک کی مدت ختم ہو چکی ہے',
      text: 'یہ جس پیشکش کا لنک تھا وہ ختم ہو چکی ہے۔ آپ کی دلچسپی کا شکریہ، اگلی پیشکش جلد آئے گی۔',
    },
  },
  away: {
    en: { title: 'One moment, please', text: 'We cannot open this link just now. Please try again in a minute.' },
    ur: { title: 'براہِ کرم کچھ دیر انتظار کریں', text: 'یہ لنک ابھی نہیں کھل سکا۔ ایک منٹ بعد دوبارہ کوشش کریں۔' },
  },
}

const style = `:root{color-scheme:light dark;font:400 1rem/1.6 system-ui,"Segoe UI",Roboto,"Noto Sans",sans-serif;background:light-dark(#f6f7f4,#0a0f12);color:light-dark(#10191d,#e9eff0)}
body{margin:0;min-height:100vh;min-height:100svh;display:grid;place-items:center}
main{box-sizing:border-box;width:min(30rem,100%);padding:2rem 1.5rem}
svg{display:block;width:4.5rem;margin:0 0 2rem;stroke:light-dark(#00766d,#37d3c0)}
h1,h2{margin:0 0 .5rem;font-size:1.5rem;line-height:1.3;font-weight:650;text-wrap:balance}
h2{font-size:1.125rem}
p{margin:0;color:light-dark(#566369,#93a2a8);text-wrap:pretty}
section+section{margin-top:2rem;padding-top:2rem;border-top:1px solid light-dark(#e2e5df,#1d272c)}
section:lang(ur){font-family:"Noto Nastaliq Urdu","Jameel Noori Nastaleeq","Urdu Typesetting","Noto Naskh Arabic","Noto Sans Arabic",Tahoma,sans-serif;line-height:2.1}
h1:lang(ur),h2:lang(ur){line-height:1.9;margin-bottom:.75rem}`

/** One stylesheet, known by its hash, and nothing else: the page is whole in one answer. */
const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`

const wave =
  '<svg viewBox="0 0 72 24" fill="none" stroke-width="4" stroke-linecap="round" aria-hidden="true"><path d="M4 12q8-16 16 0t16 0 16 0 16 0"/></svg>'

const direction = (language: Language): string => `lang="${language}" dir="${language === 'ur' ? 'rtl' : 'ltr'}"`
const section = (language: Language, { title, text }: Words, heading: 'h1' | 'h2'): string =>
  `<section ${direction(language)}><${heading}>${title}</${heading}><p>${text}</p></section>`

function pageOf(kind: LinkPage['kind'], first: Language): LinkPage {
  const second: Language = first === 'ur' ? 'en' : 'ur'
  const { [first]: above, [second]: below } = words[kind]
  const html = `<!doctype html>
<html ${direction(first)}>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${above.title}</title>
<style>${style}</style>
<main>${wave}${section(first, above, 'h1')}${section(second, below, 'h2')}</main>
</html>
`
  return { kind, html, policy }
}

const kinds = ['unknown', 'expired', 'away'] as const
const pages: Readonly<Record<Language, ReadonlyMap<string, LinkPage>>> = {
  en: new Map(kinds.map(kind => [kind, pageOf(kind, 'en')])),
  ur: new Map(kinds.map(kind => [kind, pageOf(kind, 'ur')])),
}

/** In both languages of the shop's customers, for phones set to English are read in Urdu too; the one that the browser asks for first stands above. */
export const linkPage = (kind: LinkPage['kind'], acceptLanguage = ''): LinkPage => pages[preferred(acceptLanguage)].get(kind)!

/** RFC 9110, section 12.5.4: the language with the larger weight, 1 where none is said; English where nothing decides. */
function preferred(acceptLanguage: string): Language {
  const weightOf = (language: Language): number => {
    const asked = acceptLanguage.split(',').map(range =>
      range
        .trim()
        .toLowerCase()
        .split(/\s*;\s*q=/),
    )
    return Math.max(0, ...asked.map(([tag = '', q = '1']) => (tag.split('-')[0] === language ? Number(q) || 0 : 0)))
  }
  return weightOf('ur') > weightOf('en') ? 'ur' : 'en'
}
