// node start-probe.mjs module: imports it, calls its handler twice, and prints what each took.
const bootMs = performance.now();
const { handler } = await import(process.argv[2]);
const importedMs = performance.now();
await handler({ id: 'nobody' });
const answeredMs = performance.now();
await handler({ id: 'nobody' });
const againMs = performance.now();
const { user, system } = process.cpuUsage();
const result = {
  importMs: importedMs - bootMs,
  firstCallMs: answeredMs - importedMs,
  secondCallMs: againMs - answeredMs,
  totalMs: againMs,
  cpuMs: (user + system) / 1000,
  rssMb: process.memoryUsage.rss() / 2 ** 20,
};
process.stdout.write(JSON.stringify(result), () => process.exit());
