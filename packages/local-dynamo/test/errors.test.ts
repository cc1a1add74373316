import { expect, it } from 'vitest';
import { installationAdvice } from '../src/errors.js';

it.each([
  ['linux', 'x64', 'pnpm install', 'apt-get install openjdk-17'],
  ['linux', 'arm64', 'no package for linux-arm64', 'apt-get install openjdk-17'],
  ['darwin', 'arm64', 'no package for darwin-arm64', 'brew install --cask temurin@17'],
  ['win32', 'x64', 'no package for win32-x64', 'winget install EclipseAdoptium.Temurin.17.JRE'],
  ['freebsd', 'x64', 'no package for freebsd-x64', 'https://adoptium.net'],
] as const)('on %s %s, the advice fits that platform and one screen', (platform, arch, ...parts) => {
  const advice = installationAdvice(platform, arch);
  for (const part of [...parts, 'docker run --rm -p 127.0.0.1:8000:8000', 'AWS_ENDPOINT_URL=http://localhost:8000'])
    expect(advice).toContain(part);
  const lines = advice.split('\n');
  expect(lines.length).toBeLessThan(14);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(90);
});
