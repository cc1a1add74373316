import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { CredentialsProvider } from '../token-refresh.js';
import type { Credentials } from './sign.js';

/** The endpoint that requests are sent to, and the credentials that sign them. */
export interface Service {
  readonly url: URL;
  /** The region of the signature. */
  readonly region: string;
  readonly credentials: CredentialsProvider<Credentials & { readonly sessionToken?: string }>;
  /** Its offset in milliseconds is added to the time of each signature. */
  readonly clock: { systemClockOffset: number };
  /** Returns a client of the SDK for the same service: it reads errors, and searches vectors. */
  client(): Promise<DynamoDBDocumentClient>;
}

/** Finds the service of a transport: before the first request, and again after the transport has closed its connections. */
export type FindService = () => Promise<Service>;
