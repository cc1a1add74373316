import type { Locator, Page } from 'playwright-core';

/** How somebody uses a page. Each journey runs with both. */
export interface Hands {
  readonly name: string;
  /** Presses a button, follows a link, or ticks a checkbox. */
  press(target: Locator): Promise<void>;
  /** Replaces the text of an input. */
  fill(target: Locator, text: string): Promise<void>;
  /** Chooses an option of a select by the beginning of its label. */
  choose(target: Locator, label: string): Promise<void>;
}

export const mouse: Hands = {
  name: 'mouse',
  press: (target) => target.click(),
  fill: (target, text) => target.fill(text),
  async choose(target, label) {
    await target.waitFor(); // a dialog may still be loading
    const texts = await target.locator('option').allTextContents();
    await target.selectOption({ label: texts.find((text) => text.startsWith(label)) ?? label });
  },
};

export const keyboard: Hands = {
  name: 'keyboard alone',
  async press(target) {
    const kind = await target.evaluate((element) => (element instanceof HTMLInputElement ? element.type : 'button'));
    if (kind === 'radio') return chooseRadio(target);
    await tabTo(target);
    await target.page().keyboard.press(kind === 'checkbox' ? 'Space' : 'Enter');
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

/** Moves to the group of a radio button by Tab, and within it by arrows. */
async function chooseRadio(target: Locator): Promise<void> {
  const { keyboard } = target.page();
  const isInGroup = (element: Element) => {
    const { activeElement } = document;
    const isRadio = activeElement instanceof HTMLInputElement && activeElement.type === 'radio';
    return isRadio && activeElement.name === (element as HTMLInputElement).name;
  };
  for (let pressed = 0; pressed <= mostTabs && !(await target.evaluate(isInGroup)); pressed++)
    await keyboard.press('Tab');
  for (let pressed = 0; pressed < 20; pressed++) {
    if (await target.evaluate((element) => element === document.activeElement)) return keyboard.press('Space');
    await keyboard.press('ArrowDown');
  }
  throw new Error(`${target} cannot be reached by arrows`);
}

const focused = (page: Page) => page.evaluate(() => document.activeElement?.outerHTML.slice(0, 200));
