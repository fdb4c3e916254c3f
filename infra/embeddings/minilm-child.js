// Children do not inherit tsx, under the command as under vitest: register it, then go on in TypeScript.
try {
  const { register } = await import('tsx/esm/api')
  register()
  await import('./minilm-server.ts')
} catch (error) {
  // The library that runs models is optional, and may be missing or not be made for this machine. All that is said of it is in the first line.
  process.send({ type: 'failed', reason: error.message.split('\n')[0] })
  process.disconnect()
}
