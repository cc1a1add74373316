import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startLocalRegistry } from './local-registry.js';
import { run } from './run.js';
import { readChangesets } from './version-release.js';

export interface RehearseOptions {
  readonly print: (line: string) => void;
  /** Called while the registry has the packages, with environment variables that direct npm to it. */
  readonly onPublished?: (env: Readonly<Record<string, string>>) => Promise<void>;
}

/** The author of the commits in the clone. */
const committer = {
  GIT_AUTHOR_NAME: 'Rehearsal',
  GIT_AUTHOR_EMAIL: 'rehearsal@localhost',
  GIT_COMMITTER_NAME: 'Rehearsal',
  GIT_COMMITTER_EMAIL: 'rehearsal@localhost',
};

/**
 * Releases the last commit in a temporary clone, to a registry on this machine: versions, changelog, tag, build,
 * checks, publication, and an installation from the registry. Removes everything at the end.
 */
export async function rehearse(root: string, { print, onPublished }: RehearseOptions): Promise<void> {
  const temporary = mkdtempSync(path.join(tmpdir(), 'rehearsal-'));
  const upstream = (await run('npm', ['config', 'get', 'registry'], { folder: temporary })).trim();
  const registry = await startLocalRegistry({ upstream });
  try {
    const folder = path.join(temporary, 'clone');
    const inClone = (...line: readonly string[]) =>
      run('npx', ['pnpm', ...line], { folder, env: { ...committer, TURBO_TELEMETRY_DISABLED: '1' } });
    await run('git', ['clone', '--quiet', root, folder], { folder: temporary });
    await inClone('install', '--frozen-lockfile', '--prefer-offline');
    if (readChangesets(folder).length === 0) {
      const text = '---\n"@aws-starter-kit/dynamo": minor\n---\n\nA change that only this rehearsal has.\n';
      writeFileSync(path.join(folder, '.changeset/rehearsal.md'), text);
    }
    print((await inClone('--silent', 'release', 'version')).trim());
    await run('git', ['add', '--all'], { folder });
    await run('git', ['commit', '--quiet', '--message', 'Version packages'], { folder, env: committer });
    await inClone('build', '--output-logs=errors-only');
    print('Built');

    const env = registryEnv(temporary, registry.url);
    const publish = ['pnpm', '--silent', 'release', 'publish', '--no-provenance'];
    print((await run('npx', publish, { folder, env: { ...committer, ...env } })).trim());
    print(`Tags: ${(await run('git', ['tag'], { folder })).trim()}`);

    const app = path.join(temporary, 'app');
    mkdirSync(app);
    await run('npm', ['install', '--no-audit', '--no-fund', '@aws-starter-kit/users'], { folder: app, env });
    const program = "console.log(Object.keys(await import('@aws-starter-kit/users')).length > 5)";
    await run(process.execPath, ['--input-type=module', '--eval', program], { folder: app });
    print('Installed @aws-starter-kit/users in an empty folder, and imported it');
    await onPublished?.(env);
    print(`Rehearsed: ${registry.published().length} packages. Nothing of it is left.`);
  } finally {
    await registry.stop();
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** Returns a separate npm configuration and cache, so that rehearsed packages do not remain in those of the user. */
function registryEnv(temporary: string, url: string): Record<string, string> {
  const userconfig = path.join(temporary, 'npmrc');
  writeFileSync(userconfig, `registry=${url}\n${url.replace(/^http:/, '')}:_authToken=rehearsal\n`);
  return {
    npm_config_userconfig: userconfig,
    npm_config_registry: url,
    npm_config_cache: path.join(temporary, 'cache'),
  };
}
