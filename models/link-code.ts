const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
/** 62^11 codes, 65.5 bits: at a thousand guesses a second one of a million links is met after a thousand years. */
export const LINK_CODE_LENGTH = 11
/** The largest multiple of 62 that a byte can count to: bytes from there on would favour the first letters, and are left out. */
const FAIR = 256 - (256 % ALPHABET.length)

/** A code that nobody can guess, all codes equally likely. `random` gives so many bytes of a cryptographic source. */
export function linkCode(random: (size: number) => Uint8Array): string {
  let code = ''
  while (code.length < LINK_CODE_LENGTH)
    for (const byte of random(LINK_CODE_LENGTH)) if (byte < FAIR && code.length < LINK_CODE_LENGTH) code += ALPHABET[byte % 62]
  return code
}

/**
 * The code in what stands behind `/r/`; undefined for what cannot hold one, which needs no search. Phones take a full stop or a bracket
 * behind a link for a part of it, so what follows a code and is neither letter nor digit is let be.
 */
export const readLinkCode = (text: string): string | undefined => /^([0-9A-Za-z]{11})[^\p{L}\p{N}]*$/u.exec(text)?.[1]
