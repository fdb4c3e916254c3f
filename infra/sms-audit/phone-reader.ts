import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js/min'

/**
 * Reads numbers as gateways write them down into E.164: international with or without `+` or `00`, or, where that is no number, as dialled
 * in `region`. Undefined for what is none, such as a masked one.
 */
export function phoneReader(region: string): (text: string) => string | undefined {
  return text => {
    if (/^\+[1-9]\d{7,14}$/.test(text)) return text
    const international = text.startsWith('+') ? text : `+${text.replace(/^00/, '')}`
    const national = parsePhoneNumberFromString(text, region as CountryCode)
    const read =
      text.startsWith('0') && !text.startsWith('00') ? [national] : [parsePhoneNumberFromString(international), national]
    return read.find(phone => phone?.isValid() === true)?.number
  }
}
