import { expect, it } from 'vitest';
import { terminalSvg } from '../src/terminal-svg.js';

it('draws each line with its colours, escaped, and shortens pauses', () => {
  const lines = [
    { atMs: 0, text: '$ run <it>' },
    { atMs: 60_000, text: '\u001b[32mdone\u001b[39m' },
  ];
  const svg = terminalSvg(lines, 'A run');
  expect(svg).toContain('>$ run &lt;it></text>');
  expect(svg).toContain('<tspan class="green">done</tspan>');
  expect(svg).toContain('animation: l1 4700ms infinite');
});

it('scrolls once the screen is full', () => {
  const lines = Array.from({ length: 30 }, (_, index) => ({ atMs: index * 10, text: `line ${index}` }));
  expect(terminalSvg(lines, 'A run')).toContain('.screen { transform: translateY(-108px)');
});
