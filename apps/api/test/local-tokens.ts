import { localIssuer } from '@aws-starter-kit/local-api';
import type { JWTPayload } from 'jose';
import { jwtAuthentication } from '../src/auth/jwt-authentication.js';
import { permissionsOf } from '../src/trpc/needed-permissions.js';
import { appRouter } from '../src/trpc/router.js';

const issuer = await localIssuer();

/** The issuer of the tokens below. */
export const issuerName = issuer.issuer;

/** Authentication for `buildApp` by the tokens below, with the code for tokens of any issuer. */
export const authenticate = jwtAuthentication(issuer);

/** Returns the headers of a caller whose token has these token claims. */
export const headersOf = async (claims: JWTPayload) => ({ authorization: `Bearer ${await issuer.token(claims)}` });

/** A token with every permission. */
export const adminToken = await issuer.token({ scope: permissionsOf(appRouter).join(' ') });

/** The headers of a caller with every permission. */
export const asAdmin = { authorization: `Bearer ${adminToken}` };
