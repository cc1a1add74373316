// Loaded before a function. Writes a line for each random number and connection that the bundle takes. Changes the
// credentials at SIGUSR2, as the restore of a snapshot does. Math.random is left out: only pauses before retries, and
// names of plugins that nobody sees, come from it.
import crypto from 'node:crypto';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';

const bundle = `${process.env.LAMBDA_TASK_ROOT}/`;

function recordCalls(holder, name) {
  const original = holder[name];
  const value = function (...args) {
    // the calls of Node and of the runtime are not ours
    if (new Error().stack.includes(bundle)) fs.writeSync(1, `recorded ${name}\n`);
    return original.apply(this, args);
  };
  Object.defineProperty(holder, name, { value, configurable: true });
}

for (const name of ['randomUUID', 'randomBytes', 'randomFillSync', 'randomFill', 'randomInt'])
  recordCalls(crypto, name);
for (const name of ['getRandomValues', 'randomUUID']) recordCalls(Crypto.prototype, name);
recordCalls(net.Socket.prototype, 'connect');
syncBuiltinESMExports();

process.once('SIGUSR2', () => {
  process.env.AWS_ACCESS_KEY_ID = 'restored';
  fs.writeSync(1, 'restored\n');
});
