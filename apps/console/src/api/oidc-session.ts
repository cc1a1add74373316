import type { ConsoleSettings } from '@aws-starter-kit/console-server/description';
import * as oauth from 'oauth4webapi';
import { basePath } from './console-url.js';
import { keepForUser } from './kept-for-user.js';
import { type Session, SignedOutError } from './session.js';

type OidcSettings = Extract<ConsoleSettings, { signIn: 'oidc' }>;

/** What a sign-in needs after it comes back from the issuer. It holds no token. */
interface PendingSignIn {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  /** The URL to return to, within this origin. */
  readonly returnTo: string;
}

const pendingKey = 'console.sign-in';
/** Set while the page comes back from a sign-out: it must not sign in again by itself. */
const signedOutKey = 'console.signed-out';
const redirectUri = () => `${window.location.origin}${basePath}/`;
/** A token is renewed this long before it expires. */
const renewalMs = 30_000;

/** The session of an issuer: OpenID Connect's code flow with PKCE. A reload of the page signs in again. */
export async function oidcSession({ issuer, clientId, scope, audience }: OidcSettings): Promise<Session> {
  const url = new URL(issuer);
  // an issuer without TLS is accepted on this machine only, for tests
  const options = { [oauth.allowInsecureRequests]: ['127.0.0.1', 'localhost'].includes(url.hostname) };
  const server = await oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, options));
  const client: oauth.Client = { client_id: clientId };
  if (sessionStorage.getItem(signedOutKey)) {
    sessionStorage.removeItem(signedOutKey);
    window.history.replaceState(null, '', redirectUri());
    throw new SignedOutError();
  }
  let current: Tokens | undefined = await completeSignIn();
  let renewal: Promise<string> | undefined;

  // a sign-out in one tab is one of all
  const signOuts = new BroadcastChannel(signedOutKey);
  let isSignedOut = false;
  signOuts.addEventListener('message', () => {
    end();
    window.location.replace(redirectUri());
  });
  // the browser may keep the page as it was, to show it again at "Back"
  window.addEventListener('pagehide', () => {
    if (isSignedOut) document.documentElement.hidden = true;
  });
  window.addEventListener('pageshow', ({ persisted }) => {
    if (persisted && isSignedOut) window.location.reload();
  });

  function end(): void {
    isSignedOut = true;
    current = undefined;
    sessionStorage.setItem(signedOutKey, 'true');
  }

  async function completeSignIn(): Promise<Tokens | undefined> {
    const here = new URL(window.location.href);
    const stored = sessionStorage.getItem(pendingKey);
    const isAnswer =
      here.searchParams.has('state') && (here.searchParams.has('code') || here.searchParams.has('error'));
    if (!stored || !isAnswer) return undefined;
    sessionStorage.removeItem(pendingKey);
    const { state, nonce, verifier, returnTo } = JSON.parse(stored) as PendingSignIn;
    window.history.replaceState(null, '', returnTo);
    const answer = oauth.validateAuthResponse(server, client, here, state);
    const none = oauth.None();
    const response = await oauth.authorizationCodeGrantRequest(
      server,
      client,
      none,
      answer,
      redirectUri(),
      verifier,
      options,
    );
    const tokens = await oauth.processAuthorizationCodeResponse(server, client, response, { expectedNonce: nonce });
    keepForUser(`${issuer} ${oauth.getValidatedIdTokenClaims(tokens)?.sub}`);
    return tokensOf(tokens);
  }

  async function signIn(): Promise<void> {
    const verifier = oauth.generateRandomCodeVerifier();
    const { pathname, search, hash } = window.location;
    const pending: PendingSignIn = {
      state: oauth.generateRandomState(),
      nonce: oauth.generateRandomNonce(),
      verifier,
      returnTo: pathname + search + hash,
    };
    sessionStorage.setItem(pendingKey, JSON.stringify(pending));
    const target = new URL(server.authorization_endpoint ?? issuer);
    target.search = new URLSearchParams({
      ...Object.fromEntries(target.searchParams),
      client_id: clientId,
      redirect_uri: redirectUri(),
      response_type: 'code',
      scope,
      audience,
      state: pending.state,
      nonce: pending.nonce,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    }).toString();
    window.location.assign(target);
    await new Promise(() => {}); // the page is about to be left
  }

  async function signOut(): Promise<void> {
    const hint = current?.id;
    end();
    signOuts.postMessage('signed out');
    const target = new URL(server.end_session_endpoint ?? redirectUri());
    if (server.end_session_endpoint) {
      target.searchParams.set('client_id', clientId);
      target.searchParams.set('post_logout_redirect_uri', redirectUri());
      if (hint) target.searchParams.set('id_token_hint', hint);
    }
    window.location.assign(target);
    await new Promise(() => {}); // the page is about to be left
  }

  /** Takes a new token by the refresh token, if there is one. */
  async function renew(): Promise<string> {
    const renewed = current;
    const { refresh: refreshToken, id: hint } = renewed ?? {};
    if (!refreshToken) throw new SignedOutError('Your sign-in has ended');
    try {
      const response = await oauth.refreshTokenGrantRequest(server, client, oauth.None(), refreshToken, options);
      const tokens = {
        refresh: refreshToken,
        ...(hint && { id: hint }),
        ...tokensOf(await oauth.processRefreshTokenResponse(server, client, response)),
      };
      if (current !== renewed) throw new SignedOutError('Your sign-in has ended'); // signed out in the meantime
      current = tokens;
      return tokens.access;
    } catch (cause) {
      if (cause instanceof SignedOutError) throw cause;
      // without an answer, or with one of a broken issuer, the refresh token may still be good
      if (!isRefusal(cause)) throw new Error('The issuer did not renew your sign-in: try again', { cause });
      current = undefined;
      throw new SignedOutError('Your sign-in has ended', { cause });
    }
  }

  const token = async (rejected?: string): Promise<string> => {
    if (current && current.access !== rejected && current.expiresAt - renewalMs > Date.now()) return current.access;
    renewal ??= renew().finally(() => {
      renewal = undefined;
    });
    return renewal;
  };
  if (!current) await signIn();
  return { token, signIn, signOut };
}

/** Returns whether the issuer has refused a refresh token, so that it would do so again. */
const isRefusal = (error: unknown): boolean =>
  error instanceof oauth.ResponseBodyError && error.status < 500 && error.status !== 429;

interface Tokens {
  readonly access: string;
  readonly refresh?: string;
  /** By which the issuer knows whose session to end. */
  readonly id?: string;
  readonly expiresAt: number;
}

/** An issuer that names no time of expiry leaves it to the API to reject the token. */
const tokensOf = ({ access_token, refresh_token, id_token, expires_in }: oauth.TokenEndpointResponse): Tokens => ({
  access: access_token,
  ...(refresh_token !== undefined && { refresh: refresh_token }),
  ...(id_token !== undefined && { id: id_token }),
  expiresAt: expires_in === undefined ? Number.POSITIVE_INFINITY : Date.now() + expires_in * 1000,
});
