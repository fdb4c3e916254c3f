import { clockSteps } from './clock-steps.ts'
import { diskFull } from './disk-full.ts'
import type { Fault } from './fault.ts'
import { hotCustomer } from './hot-customer.ts'
import { instancePaused } from './instance-paused.ts'
import { kafkaAway } from './kafka-away.ts'
import { networkCut } from './network-cut.ts'
import { overload } from './overload.ts'
import { postgresRestarted } from './postgres-restarted.ts'
import { rebuilt } from './rebuilt.ts'
import { registryAway } from './registry-away.ts'
import { serversStall } from './servers-stall.ts'
import { steadyLoad } from './steady-load.ts'

/** Everything that the suite lets happen. */
export const faults: readonly Fault[] = [
  kafkaAway,
  postgresRestarted,
  registryAway,
  serversStall,
  instancePaused,
  networkCut,
  clockSteps,
  hotCustomer,
  overload,
  diskFull,
  rebuilt,
  steadyLoad,
]
