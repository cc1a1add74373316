import { createHash, timingSafeEqual } from 'node:crypto';
import { isIPv4 } from 'node:net';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import * as z from 'zod';
import type { ConsoleLocalToken } from './description.js';
import type { Reject } from './rejection.js';
import { bodyOf } from './request-body.js';

/** How the console gets a token in development. */
export interface LocalToken {
  /** What a page has to know: the URL that is printed on the terminal has it in its fragment. */
  readonly secret: string;
  /** Returns a short-lived token with every permission. */
  readonly issue: () => Promise<ConsoleLocalToken>;
}

const inputSchema = z.strictObject({ secret: z.string().max(200).optional() });

/** Headers by which a proxy tells that it passed a request on: then the caller may be on another machine. */
const ofProxies = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip'];

/**
 * Adds the route by which the console gets a token in development. Programs of other users of
 * this machine do not know its secret. Pages of other origins, and names that an attacker points at this machine (DNS
 * rebinding), get none even with it.
 * @param localToken undefined without a local issuer: nobody gets a token
 */
export function addLocalTokenRoute(app: FastifyInstance, localToken: LocalToken | undefined, reject: Reject): void {
  app.post('/api/local-token', async (request) => {
    if (!localToken)
      throw reject({ code: 'FORBIDDEN', message: 'This API gives no local tokens: sign in by its issuer' });
    if (!isFromConsole(request))
      throw reject({
        code: 'FORBIDDEN',
        message: 'Only the console gets this, from a page of its own origin on this machine',
      });
    const { secret = '' } = bodyOf(request, inputSchema, reject);
    if (!isSame(secret, localToken.secret))
      throw reject({ code: 'FORBIDDEN', message: 'Open the console by the URL that the API prints when it starts' });
    return localToken.issue();
  });
}

/** Compares secrets in a time that tells nothing about them. */
function isSame(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => createHash('sha256').update(text).digest());
  return a !== undefined && b !== undefined && timingSafeEqual(a, b);
}

/** Returns whether a browser sent a request from a page of this origin, and on this machine. */
function isFromConsole({ headers, socket }: FastifyRequest): boolean {
  const { host = '', origin, 'sec-fetch-site': site } = headers;
  const isOwnPage = site === 'same-origin' && origin === `http://${host}`;
  const isDirect = ofProxies.every((name) => headers[name] === undefined);
  return isOwnPage && isDirect && isLoopbackHost(host, socket.localPort) && isLoopbackAddress(socket.remoteAddress);
}

/** Returns whether a Host header names this machine, with the port at which the request arrived. */
function isLoopbackHost(host: string, localPort: number | undefined): boolean {
  const [, name = '', port = '80'] = /^(localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::(\d+))?$/i.exec(host) ?? [];
  return name !== '' && Number(port) === localPort;
}

const isLoopbackAddress = (address = '') =>
  address === '::1' || (isIPv4(address.replace(/^::ffff:/, '')) && address.replace(/^::ffff:/, '').startsWith('127.'));
