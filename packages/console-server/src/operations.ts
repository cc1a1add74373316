import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { ExaminedModel } from '@aws-starter-kit/doctor';
import type { FastifyRequest } from 'fastify';

/** The permissions of an operator. They belong to no entity. */
export const operationsPermissions = { read: 'operations:read', repair: 'operations:admin' } as const;

/** The table of the API, and how much an operator may ask of it. */
export interface Operations {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  /** Undefined for AWS itself. */
  readonly endpoint: string | undefined;
  /** @default the models that the doctor examines */
  readonly models?: readonly ExaminedModel[] | undefined;
  /** Capacity units per second of an examination. @default 1000 */
  readonly rate?: number | undefined;
  /**
   * Longest time of an examination. The API ends a connection that is silent for 30 s. @default 25,000
   */
  readonly withinMs?: number | undefined;
  /** Called after an examination that was to repair something, for the audit trail. */
  readonly onRepair?: ((request: FastifyRequest, outcome: { repaired: number; code: string }) => void) | undefined;
}
