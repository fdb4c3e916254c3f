#!/usr/bin/env -S node --max-semi-space-size=128
// Records live for one round: with room for a round's worth of young objects the collector has a third less to do.
import { register } from 'tsx/esm/api'

register()
await import('./main.ts')
