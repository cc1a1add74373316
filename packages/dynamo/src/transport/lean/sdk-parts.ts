import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { getEndpointFromInstructions } from '@smithy/core/endpoints';
import type { Service } from './service.js';

export { sdkTransport } from '../sdk-transport.js';
export { serviceError } from './service-error.js';

/** Resolves endpoint and signing region by the SDK's own rules: endpoints of options, accounts, VPCs and configuration files. */
export async function resolveService(client: DynamoDBDocumentClient, TableName: string): Promise<Service> {
  const { config } = client;
  const endpoint = await getEndpointFromInstructions({ TableName }, GetItemCommand, config);
  const [scheme] = (endpoint.properties?.authSchemes ?? []) as { signingRegion?: string }[];
  return {
    url: endpoint.url,
    region: scheme?.signingRegion ?? (await config.region()),
    credentials: config.credentials,
    clock: config,
    client: async () => client,
  };
}
