import { jwtAuthentication } from '@aws-starter-kit/api/app';
import { createLocalJWKSet, exportJWK, generateKeyPair, jwtVerify, SignJWT } from 'jose';
import { spread } from './statistics.mjs';

const rounds = 30;
const checksARound = { cached: 20_000, verified: 500 };
const rules = { issuer: 'https://issuer.example.com/', audience: 'https://users.example.com' };

const usage = 'pnpm bench token    (after pnpm build; some seconds, nothing is kept)';

/** What it costs the API to know who calls: by a token that it has seen before, beside one that is verified anew. */
export async function benchToken(args) {
  if (args.includes('--help')) return print(usage);
  print('| signed by | token seen before, µs of CPU | verified each time, µs of CPU |\n| --- | --- | --- |');
  for (const alg of ['RS256', 'ES256', 'EdDSA']) {
    const { token, keys } = await signed(alg);
    const header = `Bearer ${token}`;
    const authenticate = jwtAuthentication({ ...rules, keys });
    const cached = () => authenticate(header);
    const verified = () => jwtVerify(token, keys, { ...rules, algorithms: [alg] });
    const samples = { cached: [], verified: [] };
    for (let round = -3; round < rounds; round++) {
      const one = {
        cached: await time(cached, checksARound.cached),
        verified: await time(verified, checksARound.verified),
      };
      if (round < 0) continue; // warming up
      samples.cached.push(one.cached);
      samples.verified.push(one.verified);
    }
    print(`| ${alg} | ${text(samples.cached)} | ${text(samples.verified)} |`);
  }
}

/** A token of about the size that issuers make. */
async function signed(alg) {
  const { publicKey, privateKey } = await generateKeyPair(alg);
  const keys = createLocalJWKSet({ keys: [{ ...(await exportJWK(publicKey)), alg, kid: alg }] });
  const claims = { iss: rules.issuer, aud: rules.audience, sub: 'ada', scope: 'users:read', padding: 'x'.repeat(600) };
  const token = await new SignJWT(claims)
    .setProtectedHeader({ alg, kid: alg, typ: 'at+jwt' })
    .setIssuedAt()
    .setExpirationTime('1 hour')
    .sign(privateKey);
  return { token, keys };
}

/** Microseconds of CPU time that one takes. */
async function time(check, times) {
  const before = process.cpuUsage();
  for (let n = 0; n < times; n++) await check();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / times;
}

function text(list) {
  const { median, low, high } = spread(list);
  return `${median.toFixed(1)} (${low.toFixed(1)} to ${high.toFixed(1)})`;
}

function print(line) {
  process.stdout.write(`${line}\n`);
}
