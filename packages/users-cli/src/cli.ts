import { existsSync } from 'node:fs';
import { isBrokenPipe } from './output.js';
import { exitCodes, runUsers } from './run-users.js';

// like the API; variables of the environment take precedence
if (existsSync('.env')) process.loadEnvFile('.env');
// a reader that closes the pipe, such as `head`, is not a failure
process.stdout.on('error', (error) => {
  if (isBrokenPipe(error)) process.exit(exitCodes.done);
  throw error;
});

process.exitCode = await runUsers(process.argv.slice(2));
// output that a slow reader has not taken would keep the process
if (process.exitCode === exitCodes.interrupted) process.exit();
