import { tracing } from '../contracts/tracing.ts'
import { stackDeployment } from '../support/scratch-deployment.ts'
import { describeStack } from '../support/stack.ts'

describeStack('Kafka and Postgres', stack => {
  tracing('the trace of an event on the stack', wanted => stackDeployment(stack, wanted))
})
