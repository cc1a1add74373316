import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cdk } from './cdk.js';
import { readStage } from './stages.js';
import { UsageError } from './usage-error.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Writes the templates of a stage to `.local/infra/<stage>`, and returns that folder. @throws UsageError, SettingsError */
export async function synthesize(stage: string): Promise<string> {
  readStage(stage); // reports invalid settings before anything is bundled
  const startedAt = performance.now();
  const out = `.local/infra/${stage}`;
  rmSync(join(root, out), { recursive: true, force: true }); // the CDK does not remove earlier bundles
  const app = `node --conditions=@aws-starter-kit/source --import tsx infra/src/app.ts ${stage}`;
  const { exitCode, output } = await cdk(['synth', '--quiet', '--app', app, '--output', out], { show: false });
  if (exitCode !== 0) throw new UsageError(`The stacks of ${stage} cannot be synthesized:\n${output.trim()}`);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  process.stdout.write(`${stage}: ${summaryOf(join(root, out))}, in ${out} (${seconds} s)\n`);
  return out;
}

function summaryOf(folder: string): string {
  const templates = readdirSync(folder).filter((file) => file.endsWith('.template.json'));
  const counts = templates.map((file) => {
    const { Resources } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as { Resources: object };
    return `${file.replace('.template.json', '')} with ${Object.keys(Resources).length} resources`;
  });
  return counts.join(', ');
}
