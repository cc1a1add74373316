import { isLoopback } from '@aws-starter-kit/table';
import { OperationsError } from './operations-error.js';

/** Words in a host or path that mark a test stage. */
const testWords = /(^|[./_-])(staging|stage|stg|dev|test|load|sandbox|preview)\d*([./_-]|$)/i;
/** Words that mark production, and take precedence over test words. */
const productionWords = /(^|[./_-])(prod|production|live)\d*([./_-]|$)/i;

/**
 * Accepts as the target of a load test this machine, a stage whose name marks it as a test stage, or a confirmed URL.
 * @returns the URL without `/trpc` at its end
 * @throws OperationsError
 */
export function checkTarget(url: string, isConfirmed: boolean): string {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new OperationsError(
      `--url holds ${JSON.stringify(url)}; it takes a URL such as https://api.staging.example.com`,
    );
  const { protocol, host, hostname, pathname } = new URL(url);
  const base = url.replace(/\/+$/, '').replace(/\/trpc$/, '');
  if (isLoopback(url)) return base;
  if (protocol === 'http:')
    throw new OperationsError(`${url} is plain http beyond this machine, which would show the token: use https`);
  const name = hostname.replace(/(^|\.)[^.]+\.[^.]+$/, '') + pathname; // a registered domain such as acme.dev marks no stage
  if ((testWords.test(name) && !productionWords.test(name)) || isConfirmed) return base;
  throw new OperationsError(
    `${host} does not look like a stage for tests (staging, dev, test, load): a load test takes capacity from its users. Add --yes if it is the right target`,
  );
}
