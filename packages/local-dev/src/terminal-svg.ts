import { stripVTControlCharacters } from 'node:util';

const [columns, rows] = [80, 24];
const [charWidth, lineHeight, margin] = [8.4, 18, 12];
const maxPauseMs = 700;
const holdMs = 4_000;

/** Draws lines of a terminal as they appeared. Pauses are shortened, and no image moves for readers who want none to. */
export function terminalSvg(lines: readonly { atMs: number; text: string }[], title: string): string {
  const shown: { atMs: number; text: string }[] = [];
  for (const [index, line] of lines.entries()) {
    const pauseMs = line.atMs - (lines[index - 1]?.atMs ?? 0);
    const atMs = (shown.at(-1)?.atMs ?? 0) + Math.min(pauseMs, maxPauseMs);
    shown.push(...wrapped(line.text).map((text) => ({ atMs, text })));
  }
  const totalMs = (shown.at(-1)?.atMs ?? 0) + holdMs;
  const percent = (ms: number) => `${((100 * ms) / totalMs).toFixed(2)}%`;
  // lines that appeared together scroll together
  const scrolls = shown.flatMap(({ atMs }, index) =>
    index < rows || shown[index + 1]?.atMs === atMs
      ? []
      : [`${percent(atMs)} { transform: translateY(${(rows - 1 - index) * lineHeight}px) }`],
  );
  const end = Math.max(0, shown.length - rows) * -lineHeight;
  const appearances = shown.map(
    ({ atMs }, index) =>
      `@keyframes l${index} { 0%, ${percent(Math.max(0, atMs - 1))} { opacity: 0 } ${percent(atMs)}, 100% { opacity: 1 } }`,
  );
  const [width, height] = [columns * charWidth + 2 * margin, rows * lineHeight + 2 * margin];
  const drawn = shown.map(
    ({ text }, index) =>
      `<text y="${(index + 1) * lineHeight - 5}" style="animation: l${index} ${totalMs.toFixed(0)}ms infinite">${spans(text)}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="ui-monospace, Menlo, Consolas, monospace" font-size="14">
<title>${escaped(title)}</title>
<style>
text { fill: #d0d7de; white-space: pre } .dim { fill: #8b949e } .bold { font-weight: 600 } .green { fill: #3fb950 } .yellow { fill: #d29922 } .red { fill: #f85149 }
.screen { transform: translateY(${end}px); animation: scroll ${totalMs.toFixed(0)}ms step-end infinite }
@keyframes scroll { 0% { transform: translateY(0) } ${scrolls.join(' ')} 100% { transform: translateY(${end}px) } }
${appearances.join('\n')}
@media (prefers-reduced-motion) { .screen, text { animation: none !important } }
</style>
<rect width="100%" height="100%" rx="8" fill="#0d1117"/>
<svg x="${margin}" y="${margin}" width="${columns * charWidth}" height="${rows * lineHeight}"><g class="screen">
${drawn.join('\n')}
</g></svg>
</svg>
`;
}

/** Cuts a line as a terminal does, without its colours if it is longer. */
function wrapped(text: string): string[] {
  const plain = stripVTControlCharacters(text);
  if (plain.length <= columns) return [text];
  return plain.match(new RegExp(`.{1,${columns}}`, 'g')) ?? [];
}

const classes: Readonly<Record<string, string>> = { 1: 'bold', 2: 'dim', 31: 'red', 32: 'green', 33: 'yellow' };

function spans(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape of a terminal
  const parts = text.split(/\u001b\[(\d+)m/);
  let active: string | undefined;
  return parts
    .map((part, index) => {
      if (index % 2 === 1) active = classes[part];
      else if (part !== '') return active ? `<tspan class="${active}">${escaped(part)}</tspan>` : escaped(part);
      return '';
    })
    .join('');
}

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
