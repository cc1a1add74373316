import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleLambda } from '@aws-starter-kit/lambda-bundle';
import type { Settings } from './settings.js';
import type { Assets } from './stage.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Bundles the functions of a stage. The container image is built later, by the deployment. */
export async function makeAssets(stage: string, { api, worker }: Settings): Promise<Assets> {
  const bundle = async (app: 'api' | 'worker', isNeeded: boolean) => {
    const folder = join(root, '.local/infra', `${stage}-${app}`);
    const entry = join(root, 'apps', app, 'src/lambda.ts');
    if (isNeeded) await bundleLambda({ entry, outFile: join(folder, 'index.mjs') });
    return folder;
  };
  const [apiBundle, workerBundle] = await Promise.all([
    bundle('api', api.kind === 'lambda'),
    bundle('worker', worker !== undefined),
  ]);
  return { apiBundle, workerBundle, image: root };
}
