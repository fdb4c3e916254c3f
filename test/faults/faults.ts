import { clockSteps } from './clock-steps.ts'
import type { Fault } from './fault.ts'
import { hotCustomer } from './hot-customer.ts'
import { instancePaused } from './instance-paused.ts'
import { kafkaAway } from './kafka-away.ts'
import { networkCut } from './network-cut.ts'
import { postgresRestarted } from './postgres-restarted.ts'
import { registryAway } from './registry-away.ts'
import { serversStall } from './servers-stall.ts'

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
]
