import type { Locator, Page } from 'playwright-core';

/** How somebody uses a page. Each journey runs with both. */
export interface Hands {
  readonly name: string;
  /** Presses a button, follows a link, or ticks a checkbox. */
  press(target: Locator): Promise<void>;
  /** Replaces the text of an input. */
  fill(target: Locator, text: string): Promise<void>;
  /** Chooses an option of a select by its label. */
  choose(target: Locator, label: string): Promise<void>;
}

export const mouse: Hands = {
  name: 'mouse',
  press: (target) => target.click(),
  fill: (target, text) => target.fill(text),
  choose: async (target, label) => void (await target.selectOption({ label })),
};

export const keyboard: Hands = {
  name: 'keyboard alone',
  async press(target) {
    await tabTo(target);
    const isTicked = await target.evaluate((element) => element instanceof HTMLInputElement);
    await target.page().keyboard.press(isTicked ? 'Space' : 'Enter');
  },
  async fill(target, text) {
    await tabTo(target);
    const { keyboard } = target.page();
    await keyboard.press('ControlOrMeta+a');
    if (text === '') await keyboard.press('Delete');
    else await keyboard.insertText(text);
  },
  async choose(target, label) {
    await tabTo(target);
    await target.page().keyboard.type(label);
  },
};

const mostTabs = 150;

/** Presses Tab until the element has the focus, as somebody without a mouse does. */
async function tabTo(target: Locator): Promise<void> {
  await target.waitFor();
  const page = target.page();
  for (let pressed = 0; pressed <= mostTabs; pressed++) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`${target} cannot be reached: the focus is on ${await focused(page)} after ${mostTabs} × Tab`);
}

const focused = (page: Page) => page.evaluate(() => document.activeElement?.outerHTML.slice(0, 200));
