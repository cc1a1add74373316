import { benchApi } from './api-bench.mjs';
import { benchCost } from './cost-bench.mjs';
import { benchFar } from './far-bench.mjs';
import { benchLambda } from './lambda-bench.mjs';
import { benchModel } from './model-bench.mjs';
import { benchScale } from './scale-bench.mjs';
import { simulateSharding } from './sharding-simulation.mjs';
import { benchStart } from './start-bench.mjs';
import { benchToken } from './token-bench.mjs';
import { benchTypes } from './types-bench.mjs';

/** One command each: `pnpm bench model`. */
const benchmarks = {
  model: benchModel,
  api: benchApi,
  cost: benchCost,
  scale: benchScale,
  far: benchFar,
  start: benchStart,
  lambda: benchLambda,
  types: benchTypes,
  token: benchToken,
  sharding: simulateSharding,
};

const [name = '', ...rest] = process.argv.slice(2);
const run = benchmarks[name];
if (run) await run(rest);
else {
  process.stderr.write(
    `There is no benchmark ${JSON.stringify(name)}; there is ${Object.keys(benchmarks).join(', ')}: pnpm bench model\n`,
  );
  process.exitCode = 1;
}
