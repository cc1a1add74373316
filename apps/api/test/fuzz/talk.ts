import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RawRequest } from './requests.js';

export interface Talk {
  answer: string;
  /** Time from the last byte sent to the close of the connection. */
  tookMs: number;
}

/** A server that is silent for so long waits for the rest of a request. Then the client disconnects. */
const silenceMs = 600;
/** With as many answers as requests, there is nothing to wait for. */
const doneMs = 20;
const tooLongMs = 10_000;

/** Sends the pieces one by one, and returns everything received until the connection closed. */
export async function talk(port: number, { pieces, count }: RawRequest): Promise<Talk> {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  let lastAt = performance.now();
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.setEncoding('latin1').on('error', () => {}); // a reset: the server stopped reading
  socket.on('data', (text: string) => {
    answer += text;
    lastAt = performance.now();
  });
  for (const piece of pieces) {
    if (socket.destroyed) break;
    socket.write(piece);
    if (pieces.length > 1) await sleep(1);
  }
  const sentAt = performance.now();
  lastAt = sentAt;
  const watch = setInterval(() => {
    const now = performance.now();
    const isDone = statusesOf(answer).length >= count;
    if (now - sentAt > tooLongMs) socket.destroy();
    else if (now - lastAt > (isDone ? doneMs : silenceMs)) socket.end();
  }, 10);
  await closed;
  clearInterval(watch);
  return { answer, tookMs: performance.now() - sentAt };
}

export const statusesOf = (answer: string): number[] =>
  [...answer.matchAll(/^HTTP\/1\.[01] (\d{3}) /gm)].map(([, status]) => Number(status));
