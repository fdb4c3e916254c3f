import { once } from 'node:events'
import { output, spawnTarang } from '../support/run-tarang.ts'
import type { Fault } from './fault.ts'

export const rebuilt: Fault = {
  name: 'rebuilt',
  title:
    'all state is rebuilt from the log while events come in; the rebuild is killed once, and Postgres restarted, and it goes on',
  async strike({ own, deployment, lasting, sleep, note }) {
    const killed = spawnTarang(['rebuild', 'customers'], deployment.settings)
    const ended = once(killed, 'exit')
    await sleep(lasting(6000, 3000))
    killed.kill('SIGKILL')
    await ended
    const again = spawnTarang(['rebuild', 'customers', '--json'], deployment.settings)
    const begun = new Promise<void>(resolve => {
      again.stderr!.on('data', chunk => /going on with|rebuilding/.test(String(chunk)) && resolve())
    })
    const ran = output(again)
    await Promise.race([begun, ran])
    await sleep(lasting(3000, 500))
    await own.stop('postgres')
    await sleep(1000)
    await own.start('postgres')
    const { code, stdout, stderr } = await ran
    if (code !== 0) throw new Error(`tarang rebuild ended with ${code}: ${stderr}`)
    const { processors, seconds } = JSON.parse(stdout) as { processors: string[]; seconds: number }
    note(`${processors.join(', ')} rebuilt in ${seconds.toFixed(0)} s`)
  },
}
