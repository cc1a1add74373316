import * as z from 'zod';
import { fetchOk } from './fetch-ok.js';

const retryAfterMs = 5000;
const timeoutMs = 2000;

const configurationSchema = z.object({ token_endpoint: z.url() });

/**
 * Returns a function that returns the origins to which a page sends requests when it signs people in by an issuer: its
 * own, and that of its token endpoint, which for Cognito is another one. While the issuer does not answer, it returns
 * the first one alone.
 */
export function issuerOrigins(issuer: string): () => Promise<readonly string[]> {
  const { origin } = new URL(issuer);
  const find = async () => {
    const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    const answer = await fetchOk(url, { signal: AbortSignal.timeout(timeoutMs) });
    const { token_endpoint: endpoint } = configurationSchema.parse(await answer.json());
    return [...new Set([origin, new URL(endpoint).origin])];
  };
  let found: Promise<readonly string[]> | undefined;
  return () => {
    found ??= find().catch(() => {
      setTimeout(() => {
        found = undefined;
      }, retryAfterMs).unref();
      return [origin];
    });
    return found;
  };
}
