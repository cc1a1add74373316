import type { APIGatewayProxyEventV2 } from 'aws-lambda';

type RequestContext = APIGatewayProxyEventV2['requestContext'];

/** The fields of an event that a test sets. */
export interface EventParts extends Partial<Omit<APIGatewayProxyEventV2, 'requestContext'>> {
  readonly method?: string;
  readonly sourceIp?: string;
  readonly stage?: string;
}

/** The request context of AWS's example of the payload format 2.0. */
const requestContext: RequestContext = {
  accountId: '123456789012',
  apiId: 'api-id',
  domainName: 'id.execute-api.us-east-1.amazonaws.com',
  domainPrefix: 'id',
  http: { method: 'POST', path: '/my/path', protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'agent' },
  requestId: 'JKJaXmPLvHcESHA=',
  routeKey: '$default',
  stage: '$default',
  time: '12/Mar/2020:19:03:58 +0000',
  timeEpoch: 1583348638390,
};

/** The headers that an HTTP API adds to those of the caller. */
const gatewayHeaders = {
  'content-length': '17',
  host: 'id.execute-api.us-east-1.amazonaws.com',
  'x-amzn-trace-id': 'Root=1-5e6722a7-cc56xmpl46db7ae02d4da47e',
  'x-forwarded-for': '192.0.2.1',
  'x-forwarded-port': '443',
  'x-forwarded-proto': 'https',
};

/** AWS's example of the payload format 2.0 (docs.aws.amazon.com/apigateway, "Working with AWS Lambda proxy integrations"). */
export const exampleEvent: APIGatewayProxyEventV2 = {
  version: '2.0',
  routeKey: '$default',
  rawPath: '/my/path',
  rawQueryString: 'parameter1=value1&parameter1=value2&parameter2=value',
  cookies: ['cookie1', 'cookie2'],
  headers: { header1: 'value1', header2: 'value1,value2' },
  queryStringParameters: { parameter1: 'value1,value2', parameter2: 'value' },
  requestContext,
  body: 'Hello from Lambda',
  pathParameters: { parameter1: 'value1' },
  isBase64Encoded: false,
  stageVariables: { stageVariable1: 'value1', stageVariable2: 'value2' },
};

/** Returns an event of an HTTP API for a GET, or with a body for a POST. */
export function gatewayEvent({ method, sourceIp, stage, headers, ...parts }: EventParts): APIGatewayProxyEventV2 {
  const http = {
    ...requestContext.http,
    method: method ?? (parts.body === undefined ? 'GET' : 'POST'),
    path: parts.rawPath ?? '/',
    sourceIp: sourceIp ?? '192.0.2.1',
  };
  const json = parts.body === undefined ? {} : { 'content-type': 'application/json' };
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: '/',
    rawQueryString: '',
    headers: { ...gatewayHeaders, ...json, ...headers },
    requestContext: { ...requestContext, http, stage: stage ?? '$default' },
    isBase64Encoded: false,
    ...parts,
  };
}
