import { isLoopback } from '@aws-starter-kit/table';
import { OperationsError } from './operations-error.js';

/** Words of a host or path by which a stage shows that it is not the production. */
const testWords = /(^|[./_-])(staging|stage|stg|dev|test|load|sandbox|preview)\d*([./_-]|$)/i;
/** Words by which a name says that it is the production, whatever else it says. */
const productionWords = /(^|[./_-])(prod|production|live)\d*([./_-]|$)/i;

/**
 * Checks the target of a load test: this machine, or a stage whose name says that it is for tests, or one that is confirmed.
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
  const name = hostname.replace(/(^|\.)[^.]+\.[^.]+$/, '') + pathname; // a domain such as acme.dev says nothing
  if ((testWords.test(name) && !productionWords.test(name)) || isConfirmed) return base;
  throw new OperationsError(
    `${host} does not look like a stage for tests (staging, dev, test, load): a load test takes capacity from its users. Add --yes if it is the right target`,
  );
}
