import { lookup as dnsLookup, type LookupAddress } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { isPrivateHost } from '../../models/flow/private-host.ts'

/** A name leads into a private network. */
export class PrivateAddress extends Error {
  override readonly name = 'PrivateAddress'
  readonly code = 'ERR_PRIVATE_ADDRESS'
}

/** All addresses of a name, as the system's resolver tells them. */
export type Resolve = (name: string, done: (error: Error | null, addresses: readonly LookupAddress[]) => void) => void

const systemResolve: Resolve = (name, done) => dnsLookup(name, { all: true }, done)

export interface CheckedLookupOptions {
  /** Any address will do. */
  readonly allowPrivate: boolean
  /** Only tests pass it. */
  readonly resolve?: Resolve | undefined
}

/**
 * Resolves a name for a connection, and hands on what it resolved to only where all of that is on the internet. A connection goes to what is
 * handed on here and asks nobody again, so a name that resolves to something else a moment later (DNS rebinding) leads nowhere else.
 * Connections to an address that is written out do not come by here.
 */
export const checkedLookup =
  ({ allowPrivate, resolve = systemResolve }: CheckedLookupOptions): LookupFunction =>
  (name, options, done) =>
    resolve(name, (error, addresses) => {
      if (error !== null) return done(error, '')
      const [first] = addresses
      if (first === undefined) return done(Object.assign(new Error(`${name} has no address`), { code: 'ENOTFOUND' }), '')
      const inside = allowPrivate ? undefined : addresses.find(({ address }) => isInside(address))
      if (inside !== undefined) return done(new PrivateAddress(`${name} leads to ${inside.address}`), '')
      if (options.all === true) return done(null, [...addresses])
      return done(null, first.address, first.family)
    })

/** An address with a zone is of some interface of this machine. */
const isInside = (address: string): boolean => address.includes('%') || isPrivateHost(address)
