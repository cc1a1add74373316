const width = 760;
const labelWidth = 210;
const barHeight = 15;
const figureWidth = 130;

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/**
 * Horizontal bars as SVG that reads on light and dark pages. Each group has a scale of its own, from 0 to its longest bar or its `limit`,
 * which is drawn as a line.
 * @param {{ title: string, subtitle: string, groups: { title: string, limit?: number, bars: { name: string, value: number, figure: string, isOurs?: boolean }[] }[] }} chart
 */
export function barGroups({ title, subtitle, groups }) {
  const parts = [];
  let y = 62;
  for (const { title: group, limit = 0, bars } of groups) {
    const scale = (width - labelWidth - figureWidth) / Math.max(limit, ...bars.map(({ value }) => value));
    parts.push(`<text x="0" y="${y}" class="group">${escaped(group)}</text>`);
    y += 8;
    const top = y;
    for (const { name, value, figure, isOurs } of bars) {
      const end = labelWidth + value * scale;
      parts.push(
        `<text x="${labelWidth - 8}" y="${y + 11}" text-anchor="end">${escaped(name)}</text>`,
        `<rect x="${labelWidth}" y="${y}" width="${(value * scale).toFixed(1)}" height="${barHeight - 3}" class="${isOurs ? 'ours' : 'other'}"/>`,
        `<text x="${(end + 6).toFixed(1)}" y="${y + 11}">${escaped(figure)}</text>`,
      );
      y += barHeight;
    }
    if (limit > 0) {
      const x = (labelWidth + limit * scale).toFixed(1);
      parts.push(`<line x1="${x}" y1="${top}" x2="${x}" y2="${y}"/>`);
    }
    y += 24;
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${y}" font-family="system-ui, sans-serif" font-size="12">
<title>${escaped(title)}</title>
<style>text { fill: #57606a } .group { font-weight: 600 } .ours { fill: #1a7f37 } .other { fill: #8c959f } line { stroke: #8c959f; stroke-dasharray: 3 3 }
@media (prefers-color-scheme: dark) { text { fill: #9ea7b3 } .ours { fill: #3fb950 } .other { fill: #6e7681 } }</style>
<text x="0" y="16" font-size="15" class="group">${escaped(title)}</text>
<text x="0" y="34">${escaped(subtitle)}</text>
${parts.join('\n')}
</svg>
`;
}
