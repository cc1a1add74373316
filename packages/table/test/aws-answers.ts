import { createDynamoClient } from '@aws-starter-kit/dynamo';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { answer, operationOf, readAnswer } from '../../dynamo-faults/src/wire.js';

/** Answers of AWS, by operation: fields to add to the engine's answer, or all of it where the engine has none. */
export type AwsAnswers = Readonly<Record<string, (engine: Record<string, unknown>) => Record<string, unknown>>>;

/** Returns a client of an engine, whose answers are completed to those of AWS on the wire. */
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
