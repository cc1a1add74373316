import { createDynamoClient } from '@aws-starter-kit/dynamo';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { answer, operationOf, readAnswer } from '../../dynamo-faults/src/wire.js';

/**
 * Responses of AWS by operation: fields to add to the response of the engine, or the whole response if the engine has
 * none.
 */
export type AwsAnswers = Readonly<Record<string, (engine: Record<string, unknown>) => Record<string, unknown>>>;

/** Returns a client of an engine. Its responses are extended on the wire to those of AWS. */
export function clientWithAnswers(connection: { endpoint: string; region: string }, answers: AwsAnswers) {
  const inner = new NodeHttpHandler();
  return createDynamoClient({
    ...connection,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    requestHandler: {
      handle: async (...[request, options]: Parameters<NodeHttpHandler['handle']>) => {
        const { response } = await inner.handle(request, options);
        const complete = answers[operationOf(request) ?? ''];
        if (!complete) return { response };
        const body = JSON.parse(await readAnswer(response));
        return { response: answer(200, complete(body), response) };
      },
      updateHttpClientConfig: inner.updateHttpClientConfig.bind(inner),
      httpHandlerConfigs: () => inner.httpHandlerConfigs(),
      destroy: () => inner.destroy(),
    },
  });
}

/** Answers of AWS for a table with or without point-in-time recovery and deletion protection. */
export const productionAnswers = (isOn: boolean): AwsAnswers => ({
  DescribeContinuousBackups: () => ({
    ContinuousBackupsDescription: {
      ContinuousBackupsStatus: 'ENABLED',
      PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: isOn ? 'ENABLED' : 'DISABLED' },
    },
  }),
  DescribeTable: ({ Table }) => ({ Table: { ...(Table as object), DeletionProtectionEnabled: isOn } }),
});
