import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import pixelmatch from 'pixelmatch';
import type { Page } from 'playwright-core';
import { PNG } from 'pngjs';
import { expect } from 'vitest';

const { resolve } = createRequire(import.meta.url);
const fonts = [
  ['Inter', '400', '@fontsource/inter/files/inter-latin-400-normal.woff2'],
  ['Inter', '600', '@fontsource/inter/files/inter-latin-600-normal.woff2'],
  ['JetBrains Mono', '400', '@fontsource/jetbrains-mono/files/jetbrains-mono-latin-400-normal.woff2'],
] as const;
const sources = fonts.map(([family, weight, file]) => ({
  ...{ family, weight, data: readFileSync(resolve(file)).toString('base64') },
}));

/**
 * Gives a page the fonts of the tests. With those of the machine, each text has another width, and so most boxes
 * another place: a comparison would have to tolerate what it should find.
 */
export async function useTestFonts(page: Page): Promise<void> {
  await page.evaluate(async (sources) => {
    for (const { family, weight, data } of sources) {
      const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
      document.fonts.add(await new FontFace(family, bytes, { weight }).load());
    }
    document.documentElement.style.setProperty('--font', 'Inter');
    document.documentElement.style.setProperty('--font-mono', 'JetBrains Mono');
  }, sources);
}

/** Pixels that may differ, of all: machines smooth the edges of letters in other ways. */
const mostDifferent = 0.01;
const isWriting = process.env.SCREENSHOTS === 'write';

/** Returns the picture of a page that has not changed for half a second: charts and counts come one after the other. */
async function settledPicture(page: Page): Promise<Buffer> {
  const take = () => page.screenshot({ animations: 'disabled', caret: 'hide', scale: 'css' });
  let before = await take();
  for (let attempt = 0; attempt < 20; attempt++) {
    await page.waitForTimeout(500);
    const now = await take();
    if (now.equals(before)) return now;
    before = now;
  }
  return before;
}

/** Compares a page with its kept picture in `docs`, or writes that picture. */
export async function expectScreenshot(page: Page, name: string): Promise<void> {
  const file = fileURLToPath(new URL(`../../docs/${name}.png`, import.meta.url));
  const taken = PNG.sync.read(await settledPicture(page));
  if (isWriting) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, PNG.sync.write(taken, { colorType: 2, deflateLevel: 9, deflateStrategy: 0, filterType: 0 }));
    return;
  }
  const again = 'run `SCREENSHOTS=write pnpm test:long apps/console/test/screenshots` to write the pictures anew';
  expect(existsSync(file), `${file} is missing: ${again}`).toBe(true);
  const kept = PNG.sync.read(readFileSync(file));
  expect([taken.width, taken.height], `${name}: ${again}`).toEqual([kept.width, kept.height]);
  const different = pixelmatch(kept.data, taken.data, undefined, taken.width, taken.height, { threshold: 0.2 });
  const share = different / (taken.width * taken.height);
  expect(share, `${name} has changed (${different} pixels): ${again}`).toBeLessThan(mostDifferent);
}
