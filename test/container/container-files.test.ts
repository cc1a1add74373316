import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseEnv } from 'node:util';
import { validate } from 'dockerfile-utils';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readEnv } from '../../apps/api/src/env.js';
import { repositoryFiles } from '../../packages/local-dev/src/repository-files.js';
import { blocksOf, root } from '../docs/blocks.js';
import { compose } from './compose-file.js';
import { sentToBuild } from './docker-context.js';
import { expand, readDockerfile } from './dockerfile.js';

const dockerfile = readFileSync(path.join(root, 'Dockerfile'), 'utf8');
const last = readDockerfile(dockerfile).stages.at(-1);
const stepOf = (keyword: string) => last?.steps.find((step) => step.keyword === keyword);
const { dynamodb, api, relay } = compose.services;

describe('the Dockerfile', () => {
  it('has no finding of its linter', () => {
    expect(validate(dockerfile).map(({ message, range }) => `${range.start.line + 1}: ${message}`)).toEqual([]);
  });

  it('names each base image in one line by itself, so that Renovate can update and pin it', () => {
    const { args, stages } = readDockerfile(dockerfile);
    const images = args.map(({ text }) => text);
    expect(images).toHaveLength(stages.length);
    for (const image of images) expect(image).toMatch(/^\w+_IMAGE=[\w./-]+:[\w.-]+(@sha256:[\da-f]{64})?$/);
    expect(stages.map(({ from }) => from.text.split(' ')[0])).toEqual(
      args.map(({ properties }) => `\${${properties[0]?.[0]}}`),
    );
  });

  it('has one version of Node to build and to run', () => {
    expect(new Set(dockerfile.match(/(?<=^ARG \w+_IMAGE=\S*node(?:js|:))\d+/gm)).size).toBe(1);
  });

  it('runs Node by itself, as a user by number, with the flag that the README names', () => {
    expect(stepOf('USER')?.text).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    expect(stepOf('STOPSIGNAL')?.text).toBe('SIGTERM');
    const { scripts } = JSON.parse(readFileSync(path.join(root, 'apps/api/package.json'), 'utf8'));
    const command = ['node', ...(stepOf('CMD')?.exec ?? [])].join(' ');
    expect(command).toBe(scripts.start);
    expect(readFileSync(path.join(root, 'README.md'), 'utf8')).toContain(command.replace('dist', 'apps/api/dist'));
  });

  it('sets only variables that the API reads, to values that it accepts', () => {
    const variables = Object.fromEntries(stepOf('ENV')?.properties ?? []);
    expect(unknownVariables(variables)).toEqual([]);
    expect(readEnv(variables)).toMatchObject({
      NODE_ENV: 'production',
      HOST: '0.0.0.0',
      PORT: Number(stepOf('EXPOSE')?.text),
    });
  });
});

describe('the reader of Dockerfiles', () => {
  it.each([
    ['ADD x y', /Line 2 of the Dockerfile has ADD, which the test cannot run/],
    ['VOLUME /data', /has VOLUME/],
    ['COPY --chown=1 x y', /has --chown/],
    ['RUN --network=none true', /has --network/],
    ['HEALTHCHEK CMD ["true"]', /has HEALTHCHEK/],
  ])('rejects what it cannot run: %s', (line, message) => {
    expect(() => readDockerfile(`FROM node\n${line}\n`)).toThrow(message);
  });

  it('fills in variables, and rejects one without a value', () => {
    expect(expand(`a$B-\${C}`, { B: '1', C: '2' })).toBe('a1-2');
    expect(() => expand('$D', {})).toThrow('$D has no value here');
    expect(() => expand(`\${B:-x}`, { B: '1' })).toThrow('{B:-x} has no value here');
  });
});

describe('.dockerignore', () => {
  it('lets a build see the packages, and the files that install them', () => {
    const sent = sentToBuild(repositoryFiles(root));
    expect(sent).toEqual(
      expect.arrayContaining([
        '.npmrc',
        '.pnpmfile.mjs',
        'package.json',
        'pnpm-lock.yaml',
        'apps/api/src/main.ts',
        'packages/dynamo/package.json',
      ]),
    );
    expect(sentToBuild(['packages/products/src/index.ts'])).toHaveLength(1); // as `pnpm gen entity` writes it
  });

  it.each([
    [
      'settings and tokens',
      [
        '.env',
        '.env.local',
        'apps/api/.env',
        'packages/users/.env.production',
        '.local/api-token',
        'apps/api/.local/audit.log',
      ],
    ],
    ['the history', ['.git/config', '.git/objects/aa/bb']],
    [
      'results of a build',
      ['apps/api/dist/main.js', 'packages/dynamo/dist/index.js', 'packages/dynamo/tsconfig.tsbuildinfo'],
    ],
    ['installed packages', ['node_modules/zod/index.js', 'packages/dynamo/node_modules/zod/index.js']],
    [
      'tests and documents',
      [
        'test/fresh-table.ts',
        'apps/api/test/app.test.ts',
        'README.md',
        'docs/design.md',
        'packages/dynamo/docs/reading.md',
      ],
    ],
    [
      'other apps',
      [
        'apps/client/src/index.ts',
        'examples/react/package.json',
        'benchmarks/package.json',
        'infra/app.ts',
        'apps/worker/src/index.ts',
      ],
    ],
  ])('keeps %s out of it', (_, paths) => {
    expect(sentToBuild(paths)).toEqual([]);
  });
});

describe('docs/operations/container.md', () => {
  const document = 'docs/operations/container.md';
  const blockOf = (info: string) => parse(blocksOf(document).find((block) => block.info === info)?.text ?? '');

  it('shows a task definition that runs the image as intended', () => {
    const task = blockOf('json');
    const [api] = task.containerDefinitions;
    expect(api).toMatchObject({ user: stepOf('USER')?.text, readonlyRootFilesystem: true });
    expect(api.portMappings).toEqual([{ containerPort: Number(stepOf('EXPOSE')?.text) }]);
    expect(api.healthCheck.command).toEqual(['CMD', ...(stepOf('HEALTHCHECK')?.exec ?? [])]);
    expect(api.stopTimeout).toBeGreaterThanOrEqual(15);
    const variables = Object.fromEntries(
      api.environment.map((one: { name: string; value: string }) => [one.name, one.value]),
    );
    expect(unknownVariables(variables)).toEqual([]);
    expect(readEnv({ ...Object.fromEntries(stepOf('ENV')?.properties ?? []), ...variables })).toMatchObject({
      NODE_ENV: 'production',
    });
  });

  it('shows probes that exist, and only readiness depends on the database', () => {
    const { readinessProbe, livenessProbe, securityContext } = blockOf('yaml');
    const port = Number(stepOf('EXPOSE')?.text);
    expect([readinessProbe.httpGet, livenessProbe.httpGet]).toEqual([
      { path: '/readyz', port },
      { path: '/livez', port },
    ]);
    expect(securityContext).toMatchObject({ runAsNonRoot: true, readOnlyRootFilesystem: true });
  });

  it('names the arguments of the build with their defaults', () => {
    const text = readFileSync(path.join(root, document), 'utf8');
    for (const { properties } of readDockerfile(dockerfile).args) {
      for (const [name, value] of properties) expect(text).toMatch(new RegExp(`\\| \`${name}\` +\\| \`${value}\` `));
    }
    expect(text).toContain(`--user ${stepOf('USER')?.text} `);
  });
});

describe('compose.yaml', () => {
  it('publishes ports on this machine only', () => {
    const ports = Object.values(compose.services).flatMap(({ ports }) => ports);
    expect(ports).toHaveLength(2);
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
  });

  it('gives the API valid variables, and the endpoint of the database', () => {
    expect(unknownVariables(api.environment)).toEqual(['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']); // read by the AWS SDK
    const env = readEnv(api.environment);
    expect(env).toMatchObject({ NODE_ENV: 'development', HOST: '127.0.0.1' });
    expect(env.AWS_ENDPOINT_URL).toBe(`http://dynamodb:${dynamodb.ports[0]?.split(':')[2]}`);
    expect(api.depends_on).toEqual(['dynamodb']);
  });

  it('lets the API write into one folder in memory, as the user of the image', () => {
    const [folder = '', options = ''] = api.tmpfs[0]?.split(':') ?? [];
    const [uid, gid] = stepOf('USER')?.text.split(':') ?? [];
    expect(options).toBe(`mode=0700,uid=${uid},gid=${gid}`);
    for (const name of ['AUTH_TOKEN_FILE', 'AUDIT_FILE'])
      expect(path.dirname(api.environment[name] ?? '')).toBe(folder);
  });

  it('passes the published port on to that of the API', () => {
    expect(relay.network_mode).toBe('service:api');
    expect(relay.command?.at(-1)).toContain(`connect(${api.environment.PORT}, '127.0.0.1')`);
    expect(relay.command?.at(-1)).toContain(`.listen(${api.ports[0]?.split(':')[2]})`);
  });

  it('builds the services from the Dockerfile, and drops all capabilities', () => {
    for (const service of [api, relay]) {
      expect(service).toMatchObject({ image: 'aws-starter-kit-api', build: '.', read_only: true });
    }
    for (const service of Object.values(compose.services)) {
      expect(service).toMatchObject({ cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] });
    }
    expect(existsSync(path.join(root, api.build ?? '', 'Dockerfile'))).toBe(true);
  });
});

/** Returns the names that are not among the variables of `.env.example`, which has all that the API reads. */
function unknownVariables(variables: object): string[] {
  const known = parseEnv(readFileSync(path.join(root, '.env.example'), 'utf8'));
  return Object.keys(variables).filter((name) => !(name in known));
}
