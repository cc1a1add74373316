// Reads the whole table once, page by page, and keeps nothing: what it holds at most is what a scan needs.
import { UserModel } from '@aws-starter-kit/users';

const users = new UserModel();
const segments = Number(process.env.SCAN_SEGMENTS);
const deadlineMs = 60_000; // dynoxide takes longer for each page of a larger table
await users.getById('nobody'); // connected, before the clock starts
const before = process.cpuUsage();
const began = performance.now();
let count = 0;
for await (const page of users.scanPages({ segments, deadlineMs })) count += page.length;
const ms = performance.now() - began;
const { user, system } = process.cpuUsage(before);
process.send({ count, ms, cpuMs: (user + system) / 1000, peakMb: process.resourceUsage().maxRSS / 1024 }, () =>
  process.exit(),
);
