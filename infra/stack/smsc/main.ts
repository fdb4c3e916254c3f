import { script } from './script.ts'
import { Smsc } from './smsc.ts'

/** `main.ts SMPP-PORT SCRIPT-PORT`, both on 127.0.0.1. What follows is for whoever looks for the process. */
const [smppPort, scriptPort] = process.argv.slice(2, 4).map(Number)
const smsc = new Smsc()
smsc.server.listen(smppPort, '127.0.0.1')
script(smsc).listen(scriptPort, '127.0.0.1')
