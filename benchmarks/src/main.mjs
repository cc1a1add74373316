import { benchModel } from './model-bench.mjs';
import { benchToken } from './token-bench.mjs';

/** One command each: `pnpm bench model`. */
const benchmarks = { model: benchModel, token: benchToken };

const [name = '', ...rest] = process.argv.slice(2);
const run = benchmarks[name];
if (run) await run(rest);
else {
  process.stderr.write(
    `There is no benchmark ${JSON.stringify(name)}; there is ${Object.keys(benchmarks).join(', ')}: pnpm bench model\n`,
  );
  process.exitCode = 1;
}
