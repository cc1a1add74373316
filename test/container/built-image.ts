import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from '../docs/blocks.js';
import { machineCaches } from './base-images.js';
import { buildImage, type Image } from './build-image.js';
import { copyContext } from './docker-context.js';
import { removeAsRoot } from './namespace.js';

export interface BuiltImage extends Image {
  /** Deletes all stages. */
  remove(): void;
}

/** Builds the image of the API from its Dockerfile, in an empty folder, with the files that a checkout has. */
export async function builtImage(args: Record<string, string> = {}): Promise<BuiltImage> {
  const folder = mkdtempSync(path.join(tmpdir(), 'container-'));
  const [context, stages] = [path.join(folder, 'context'), path.join(folder, 'stages')];
  for (const each of [context, stages]) mkdirSync(each);
  copyContext(context);
  const registry = execFileSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8' }).trim();
  try {
    const image = await buildImage({
      dockerfile: readFileSync(path.join(root, 'Dockerfile'), 'utf8'),
      ...{ context, folder: stages, args, caches: machineCaches() },
      commandEnv: { npm_config_registry: registry, ...networkSettings() },
    });
    return { ...image, remove: () => removeAsRoot(folder) };
  } catch (error) {
    removeAsRoot(folder);
    throw error;
  }
}

/** Returns the variables by which this machine reaches its registry. Docker passes proxies on, too. */
function networkSettings(): Record<string, string> {
  const names = ['NODE_EXTRA_CA_CERTS', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'];
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}
