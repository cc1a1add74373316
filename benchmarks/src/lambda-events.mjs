/** Returns an event of an HTTP API that reads a user. */
export function gatewayEvent({ id, token }) {
  const query = `input=${encodeURIComponent(JSON.stringify({ id }))}`;
  const path = id === undefined ? '/' : `/${token === undefined ? '' : 'trpc/'}users.getById`;
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: query,
    queryStringParameters: { input: JSON.stringify({ id }) },
    headers: {
      host: 'id.execute-api.us-east-1.amazonaws.com',
      'user-agent': 'bench',
      'x-forwarded-for': '192.0.2.1',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    requestContext: {
      accountId: '123456789012',
      apiId: 'id',
      domainName: 'id.execute-api.us-east-1.amazonaws.com',
      http: { method: 'GET', path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'bench' },
      requestId: 'bench',
      routeKey: '$default',
      stage: '$default',
    },
    isBase64Encoded: false,
  };
}
