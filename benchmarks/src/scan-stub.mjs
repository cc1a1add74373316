// Answers a Scan as a table far away would: pages of 1 MB, each after a time, any number of them at once. An engine on this machine takes the
// cores that the client needs, and one of them for itself; this one takes next to nothing.
import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { userItems } from './scale-data.mjs';

const usersOnAPage = 2400; // beside their claims, which the filter leaves out: about 1 MB read
const latencyMs = Number(process.env.STUB_LATENCY_MS);
const users = Number(process.env.STUB_USERS);

const text = (value) => ({ [typeof value === 'number' ? 'N' : 'S']: String(value) });
const items = userItems(0, usersOnAPage).map(({ user }) =>
  Object.fromEntries(Object.entries(user).map(([name, value]) => [name, text(value)])),
);
const listOf = (count) => JSON.stringify(items.slice(0, count));
const fullPage = listOf(usersOnAPage);

function pageOf({ Segment = 0, TotalSegments = 1, ExclusiveStartKey }) {
  const inSegment = Math.floor(users / TotalSegments) + (Segment < users % TotalSegments ? 1 : 0);
  const from = Number(ExclusiveStartKey?.id.S ?? 0);
  const count = Math.min(usersOnAPage, inSegment - from);
  const list = count === usersOnAPage ? fullPage : listOf(count);
  const next = from + count < inSegment ? `,"LastEvaluatedKey":{"id":{"S":"${from + count}"}}` : '';
  return `{"Items":${list},"Count":${count},"ScannedCount":${2 * count}${next}}`;
}

const server = http.createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const isScan = String(request.headers['x-amz-target']).endsWith('.Scan');
  if (isScan) await sleep(latencyMs);
  const body = isScan ? pageOf(JSON.parse(Buffer.concat(chunks).toString())) : '{}';
  response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0', 'content-length': Buffer.byteLength(body) });
  response.end(body);
});
server.listen(0, '127.0.0.1', () => process.send({ endpoint: `http://127.0.0.1:${server.address().port}` }));
process.on('disconnect', () => process.exit());
