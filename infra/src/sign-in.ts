import { permissionsOf } from '@aws-starter-kit/api/permissions';
import { appRouter } from '@aws-starter-kit/api/router';
import {
  AccountRecovery,
  CfnUserPoolGroup,
  FeaturePlan,
  Mfa,
  OAuthScope,
  ResourceServerScope,
  UserPool,
  type UserPoolClient,
  UserPoolDomain,
  type UserPoolResourceServer,
} from 'aws-cdk-lib/aws-cognito';
import { CfnOutput, Duration, Stack, Validations } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { removalPolicy } from './protection.js';
import { type CognitoSettings, type Settings, SettingsError } from './settings.js';

/** The tokens that the API accepts, as values of AUTH_ISSUER, AUTH_AUDIENCE and AUTH_JWKS_URL. */
export interface SignIn {
  readonly issuer: string;
  readonly audience: string;
  readonly jwksUrl: string | undefined;
}

/** Identifier of the resource server in the user pool, and so the prefix of its scopes, such as `api/users:read`. */
const resourceServer = 'api';

/** Adds a user pool, unless the stage names another issuer. */
export function addSignIn(scope: Construct, { signIn, isProtected }: Settings): SignIn {
  if (signIn.kind === 'issuer') return { jwksUrl: undefined, ...signIn };
  const permissions = permissionsOf(appRouter);
  const pool = addUserPool(scope, signIn, isProtected);
  for (const permission of permissions)
    new CfnUserPoolGroup(scope, `Group-${permission}`, {
      userPoolId: pool.userPoolId,
      groupName: permission,
      description: `Users with the permission ${permission}`,
    });
  const people = addPeople(pool, signIn);
  const machines = addMachines(pool, signIn, permissions);
  const { region } = Stack.of(scope);
  const clients = [people, ...machines].map(({ userPoolClientId }) => userPoolClientId);
  new CfnOutput(scope, 'UserPoolId', { value: pool.userPoolId });
  new CfnOutput(scope, 'UserPoolClientId', { value: people.userPoolClientId });
  new CfnOutput(scope, 'SignInUrl', { value: `https://${signIn.domainPrefix}.auth.${region}.amazoncognito.com` });
  for (const client of machines) new CfnOutput(scope, `${client.node.id}ClientId`, { value: client.userPoolClientId });
  return {
    issuer: `https://cognito-idp.${region}.amazonaws.com/${pool.userPoolId}`,
    // access tokens name their client; the identifier of the resource server makes the API accept its scopes
    audience: [...clients, ...(machines.length > 0 ? [resourceServer] : [])].join(','),
    jwksUrl: undefined,
  };
}

function addUserPool(scope: Construct, { mfa, domainPrefix }: CognitoSettings, isProtected: boolean): UserPool {
  const pool = new UserPool(scope, 'UserPool', {
    featurePlan: FeaturePlan.ESSENTIALS,
    selfSignUpEnabled: false, // an admin invites people; without a group, a user may read and change only themselves
    signInAliases: { email: true },
    signInCaseSensitive: false,
    standardAttributes: { email: { required: true, mutable: true } },
    keepOriginal: { email: true }, // a new email takes effect only after its verification
    autoVerify: { email: true },
    accountRecovery: AccountRecovery.EMAIL_ONLY,
    mfa: { required: Mfa.REQUIRED, optional: Mfa.OPTIONAL, off: Mfa.OFF }[mfa],
    ...(mfa !== 'off' && { mfaSecondFactor: { otp: true, sms: false } }),
    passwordPolicy: {
      minLength: 12,
      requireLowercase: true,
      requireUppercase: true,
      requireDigits: true,
      requireSymbols: true,
      tempPasswordValidity: Duration.days(3),
    },
    deletionProtection: isProtected,
    removalPolicy: removalPolicy(isProtected),
  });
  new UserPoolDomain(scope, 'SignInDomain', { userPool: pool, cognitoDomain: { domainPrefix } });
  Validations.of(pool).acknowledge({
    id: 'AwsSolutions-COG8',
    reason:
      'The Plus plan adds threat protection at a higher price per user. Here, an admin invites each user, and MFA is a setting.',
  });
  if (mfa !== 'required')
    Validations.of(pool).acknowledge({
      id: 'AwsSolutions-COG2',
      reason: `The stage sets signIn.mfa to ${mfa}. The default is required, and production uses it.`,
    });
  return pool;
}

/** Adds the client for people. A browser cannot keep a secret, so it uses the authorization code grant with PKCE. */
const addPeople = (pool: UserPool, { callbackUrls }: CognitoSettings): UserPoolClient =>
  pool.addClient('People', {
    generateSecret: false,
    authFlows: { userSrp: true, adminUserPassword: true }, // adminUserPassword needs AWS credentials, and gives the first token
    preventUserExistenceErrors: true,
    enableTokenRevocation: true,
    accessTokenValidity: Duration.minutes(60),
    refreshTokenValidity: Duration.days(30),
    ...(callbackUrls.length === 0
      ? { disableOAuth: true }
      : {
          oAuth: {
            flows: { authorizationCodeGrant: true },
            // no scopes of the API, since Cognito grants a scope to every user of the client; groups are the
            // permissions of people
            scopes: [OAuthScope.OPENID, OAuthScope.EMAIL],
            callbackUrls,
            logoutUrls: callbackUrls,
          },
        }),
  });

function addMachines(pool: UserPool, { machines }: CognitoSettings, permissions: readonly string[]): UserPoolClient[] {
  const scopes = new Map(
    permissions.map((name) => [
      name,
      new ResourceServerScope({ scopeName: name, scopeDescription: `The permission ${name}` }),
    ]),
  );
  if (Object.keys(machines).length === 0) return [];
  const server = pool.addResourceServer('Api', { identifier: resourceServer, scopes: [...scopes.values()] });
  return Object.entries(machines).map(([name, needed]) => addMachine(pool, name, needed.map(scopeOf(server, scopes))));
}

const scopeOf =
  (server: UserPoolResourceServer, scopes: ReadonlyMap<string, ResourceServerScope>) => (name: string) => {
    const scope = scopes.get(name);
    if (scope === undefined)
      throw new SettingsError(
        `signIn.machines names the permission ${name}; the API has ${[...scopes.keys()].join(', ')}`,
      );
    return OAuthScope.resourceServer(server, scope);
  };

/**
 * Adds the client of a program that has its own identity. For how to read its secret, see docs/operations/deploy.md.
 */
const addMachine = (pool: UserPool, name: string, scopes: OAuthScope[]): UserPoolClient =>
  pool.addClient(`Machine-${name}`, {
    generateSecret: true,
    authFlows: {},
    enableTokenRevocation: true,
    accessTokenValidity: Duration.minutes(60),
    oAuth: { flows: { clientCredentials: true }, scopes },
  });
