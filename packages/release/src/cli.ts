import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { notesOf } from './changelog.js';
import { checkPackages, publishPackages } from './publish-packages.js';
import { rehearse } from './rehearse.js';
import { UsageError } from './usage-error.js';
import { currentVersion, versionRelease } from './version-release.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const print = (line: string) => void process.stdout.write(`${line}\n`);

const program = new Command('release').description('Versions, checks and publishes the packages.');

program
  .command('version')
  .description('gives all packages the next version, by the changesets, and writes CHANGELOG.md')
  .action(async () => print(`All packages have version ${await versionRelease(root)}`));

program
  .command('check')
  .description('packs the built packages, and checks the tarballs with publint and are-the-types-wrong')
  .action(() => checkPackages(root, { print }));

program
  .command('publish')
  .description('checks the built packages, publishes those that the registry lacks, and tags the commit')
  .option('--no-provenance', 'without an attestation of where they were built')
  .action(({ provenance }: { provenance: boolean }) => publishPackages(root, { print, provenance }));

program
  .command('notes')
  .description('prints the changes of this version, and nothing while it has no heading in CHANGELOG.md')
  .action(() => print(notesOf(readFileSync(path.join(root, 'CHANGELOG.md'), 'utf8'), currentVersion(root))));

program
  .command('rehearse')
  .description('makes a release in a temporary clone and to a registry on this machine, and leaves nothing of it')
  .action(() => rehearse(root, { print }));

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
