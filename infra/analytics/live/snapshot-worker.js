// Workers do not inherit tsx, under the command as under vitest: register it, then go on in TypeScript.
import { register } from 'tsx/esm/api'

register()
await import('./snapshot-server.ts')
