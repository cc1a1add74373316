import path from 'node:path';
import { parseArgs } from 'node:util';
import { liveBundle } from './live-bundle.js';
import { liveProcess } from './live-process.js';
import { clientsEnd, noteClient } from './running-clients.js';
import { typeChecker } from './type-check.js';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    /** The program serves: this process exits if it does not start, and stops it after its clients. */
    server: { type: 'boolean', default: false },
    /** A project whose types are checked after each edit. */
    types: { type: 'string', multiple: true, default: [] },
  },
});
/** Arguments after `--` are those of the program. */
const [entry = '', ...args] = positionals;
const print = (text: string) => void process.stdout.write(`${text}\n`);
const checkTypes = typeChecker(values.types, print);
let removeNote = () => {};
let builds = 0;

/** Has the port of this `pnpm dev`, so that another one at the same time does not overwrite the bundle. */
const name = `${path.basename(entry, '.ts')}-${process.env.PORT ?? ''}.mjs`;
const file = path.resolve(path.dirname(entry), '../.dev', name);
const onExit = (exitCode: number | null) => {
  removeNote();
  if (builds === 1 && !values.server) checkTypes();
  if (exitCode === 0) return;
  if (values.server && builds === 1) process.exit(exitCode ?? 1);
  print(`${path.relative('../..', path.resolve(entry))} has failed; it starts again after the next edit.`);
};
const program = liveProcess({ file, args, onExit });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => void end(signal));

const onBuild = () => {
  builds++;
  if (!values.server) removeNote = noteClient();
  void program.restart();
  // the first check would take time from the demo
  if (builds > 1) checkTypes();
  else if (values.server) void clientsEnd().then(checkTypes);
};
const bundle = await liveBundle(path.resolve(entry), { file, onBuild });

async function end(signal: NodeJS.Signals): Promise<void> {
  if (values.server) await clientsEnd();
  await program.stop(signal);
  removeNote();
  await bundle.close();
  process.exit(0);
}
