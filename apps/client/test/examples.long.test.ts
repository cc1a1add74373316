import { readdirSync } from 'node:fs';
import { beforeEach, describe, inject, it } from 'vitest';
import { runScript } from '../../../test/run-script.js';
import { runningApi } from '../../api/test/running-api.js';

const examples = readdirSync(new URL('../examples', import.meta.url));

describe.concurrent('the examples', () => {
  beforeEach(({ skip }) => skip(!inject('endpoint'), inject('engineMissing')));

  it.for(examples)('%s runs and leaves no entity behind', async (example, { expect, onTestFinished }) => {
    const api = await runningApi();
    onTestFinished(() => api.stop());
    const env = { API_URL: api.url, API_TOKEN: api.token, NO_COLOR: '1', FORCE_COLOR: undefined };
    const { exitCode, stdout, stderr } = await runScript(`apps/client/examples/${example}`, { env });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(/^created \{.*\nlisted 1\nrejected, .*: VERSION_CONFLICT\ndeleted \{ deleted: true \}\n$/s);
    const ids = await api.itemIds();
    const stays = /^(ONCE|ORGANISATION|MEMBER)#/; // records of calls expire; nobody can delete an organisation
    expect(ids.filter((id) => !stays.test(id))).toEqual(['UNIQUE#']);
  });
});
