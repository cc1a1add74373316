import { localIssuer } from '@aws-starter-kit/local-api';
import type { JWTPayload } from 'jose';
import { jwtAuthentication } from '../src/jwt-authentication.js';
import { permissions } from '../src/permissions.js';

const issuer = await localIssuer();

/** For `buildApp`: takes the tokens below, by the code that takes those of any issuer. */
export const authenticate = jwtAuthentication(issuer);

/** The headers of somebody whose token has these claims. */
export const headersOf = async (claims: JWTPayload) => ({ authorization: `Bearer ${await issuer.token(claims)}` });

/** A token that allows everything. */
export const adminToken = await issuer.token({ scope: permissions.join(' ') });

/** The headers of somebody who may do everything. */
export const asAdmin = { authorization: `Bearer ${adminToken}` };
