import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { packageProblems } from './check-package.js';
import { packPackages } from './pack-packages.js';
import { run, tryRun } from './run.js';
import { UsageError } from './usage-error.js';
import { currentVersion } from './version-release.js';

export interface PublishOptions {
  readonly print: (line: string) => void;
  /** Environment variables of npm, with registry and credentials. */
  readonly env?: Readonly<Record<string, string>>;
  /** Attests where the packages were built. Only runners of GitHub and GitLab can. @default true */
  readonly provenance?: boolean;
}

/** Packs the built packages and checks the tarballs. */
export async function checkPackages(root: string, { print }: Pick<PublishOptions, 'print'>): Promise<void> {
  await withPacked(root, print, async () => {});
}

/**
 * Publishes the packages whose version the registry lacks, from the checked tarballs, and tags the commit. Can be
 * repeated after a failure.
 */
export async function publishPackages(root: string, { print, env = {}, provenance = true }: PublishOptions) {
  await withPacked(root, print, async (packages, folder) => {
    for (const { name, version, tarball } of packages) {
      const known = await tryRun('npm', ['view', `${name}@${version}`, 'version'], { folder, env });
      if (known.exitCode === 0 && known.stdout.trim() === version) {
        print(`${name}@${version} is published already`);
        continue;
      }
      await run('npm', ['publish', tarball, '--access', 'public', `--provenance=${provenance}`], { folder, env });
      print(`${name}@${version} is published`);
    }
  });
  const tag = `v${currentVersion(root)}`;
  const { exitCode } = await tryRun('git', ['rev-parse', '--verify', '--quiet', `refs/tags/${tag}`], { folder: root });
  if (exitCode === 0) return;
  await run('git', ['tag', tag], { folder: root });
  print(`Tagged ${tag}`);
}

/** Packs and checks the packages in a temporary folder. */
async function withPacked(
  root: string,
  print: (line: string) => void,
  use: (packages: Awaited<ReturnType<typeof packPackages>>, folder: string) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'release-'));
  try {
    const packages = await packPackages(root, folder);
    const problems = await Promise.all(packages.map(packageProblems));
    const lines = packages.flatMap(({ name }, index) => problems[index]?.map((problem) => `${name}: ${problem}`) ?? []);
    if (lines.length > 0) throw new UsageError(`Nothing was published:\n${lines.join('\n')}`);
    print(`${packages.length} packages pass publint and are-the-types-wrong`);
    await use(packages, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
