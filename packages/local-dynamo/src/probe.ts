import http from 'node:http';

/** The result of one ListTables request. `problem` says why it does not show a DynamoDB. */
export type ProbeResult = 'dynamodb' | { readonly problem: string };

/**
 * Sends a ListTables request to an endpoint. It uses `node:http`, because loading `fetch` or the SDK takes longer than
 * an engine takes to start. The signature is a dummy, which AWS answers with an error that shows a DynamoDB as well.
 */
export async function probe(endpoint: string, timeoutMs: number): Promise<ProbeResult> {
  const { request } = endpoint.startsWith('https:') ? await import('node:https') : http;
  return new Promise((resolve) => {
    const sent = request(endpoint, { method: 'POST', headers, agent: false, timeout: timeoutMs }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        if (body.length < 10_000) body += chunk;
      });
      response.on('error', (error) => resolve({ problem: error.message }));
      response.on('end', () => {
        const isDynamoDB = response.statusCode === 200 ? body.includes('TableNames') : body.includes('__type');
        resolve(
          isDynamoDB ? 'dynamodb' : { problem: `the server there is not a DynamoDB (HTTP ${response.statusCode})` },
        );
      });
    });
    sent.on('timeout', () => sent.destroy(new Error(`nothing answers there within ${timeoutMs} ms`)));
    sent.on('error', (error: NodeJS.ErrnoException) => {
      resolve({ problem: error.code ? `nothing answers there (${error.code})` : error.message });
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
