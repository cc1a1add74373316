import http from 'node:http';

/** What one ListTables request met. */
export type Answer = 'dynamodb' | { readonly refused: string };

/**
 * Asks an endpoint for its tables. By `node:http` and not by `fetch` or the SDK: loading those takes longer than an engine
 * takes to start. The signature is a dummy; AWS itself answers it with an error of its own, which is an answer too.
 */
export async function probe(endpoint: string, timeoutMs: number): Promise<Answer> {
  const { request } = endpoint.startsWith('https:') ? await import('node:https') : http;
  return new Promise((resolve) => {
    const sent = request(endpoint, { method: 'POST', headers, agent: false, timeout: timeoutMs }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        if (body.length < 10_000) body += chunk;
      });
      response.on('error', (error) => resolve({ refused: error.message }));
      response.on('end', () => {
        const isDynamoDB = response.statusCode === 200 ? body.includes('TableNames') : body.includes('__type');
        resolve(
          isDynamoDB ? 'dynamodb' : { refused: `what answers there is no DynamoDB (HTTP ${response.statusCode})` },
        );
      });
    });
    sent.on('timeout', () => sent.destroy(new Error(`nothing answers there within ${timeoutMs} ms`)));
    sent.on('error', (error: NodeJS.ErrnoException) => {
      resolve({ refused: error.code ? `nothing answers there (${error.code})` : error.message });
    });
    sent.end('{}');
  });
}

const headers = {
  'content-type': 'application/x-amz-json-1.0',
  'x-amz-target': 'DynamoDB_20120810.ListTables',
  'x-amz-date': '20260101T000000Z',
  authorization:
    'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=00',
};
