import { existsSync } from 'node:fs';
import { exitCodes, runUsers } from './run-users.js';
import { isBrokenPipe } from './speak.js';

// As the API does; what the environment holds already comes first.
if (existsSync('.env')) process.loadEnvFile('.env');
// On Node 20 the SDK would precede each answer by eight lines about its versions of 2027.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
// A reader that has enough, such as `head`, is no failure.
process.stdout.on('error', (error) => {
  if (isBrokenPipe(error)) process.exit(exitCodes.done);
});

process.exitCode = await runUsers(process.argv.slice(2));
