const width = 760;
const labelWidth = 150;
const barHeight = 15;
const longest = 3; // bars past this are cut, with their figure beside them

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** Horizontal bars, a group an operation, as SVG that reads on light and dark pages. */
export function barChart({ title, subtitle, rows, reference }) {
  const scale = (width - labelWidth - 60) / longest;
  const parts = [];
  let y = 62;
  for (const operation of new Set(rows.map((row) => row.operation))) {
    parts.push(`<text x="0" y="${y}" class="group">${escaped(operation)}</text>`);
    y += 8;
    for (const { name, cpu } of rows.filter((row) => row.operation === operation)) {
      const length = Math.min(cpu.median, longest) * scale;
      const kind = name === 'ours' ? 'ours' : 'other';
      const end = labelWidth + length;
      parts.push(
        `<text x="${labelWidth - 8}" y="${y + 11}" text-anchor="end">${escaped(name)}</text>`,
        `<rect x="${labelWidth}" y="${y}" width="${length.toFixed(1)}" height="${barHeight - 3}" class="${kind}"/>`,
        `<text x="${(end + 6).toFixed(1)}" y="${y + 11}">${cpu.median.toFixed(2)}</text>`,
      );
      y += barHeight;
    }
    y += 24;
  }
  const x = labelWidth + reference * scale;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${y}" font-family="system-ui, sans-serif" font-size="12">
<title>${escaped(title)}</title>
<style>text { fill: #57606a } .group { font-weight: 600 } .ours { fill: #1a7f37 } .other { fill: #8c959f } line { stroke: #8c959f; stroke-dasharray: 3 3 }
@media (prefers-color-scheme: dark) { text { fill: #9ea7b3 } .ours { fill: #3fb950 } .other { fill: #6e7681 } }</style>
<text x="0" y="16" font-size="15" class="group">${escaped(title)}</text>
<text x="0" y="34">${escaped(subtitle)}</text>
<line x1="${x.toFixed(1)}" y1="46" x2="${x.toFixed(1)}" y2="${y - 20}"/>
${parts.join('\n')}
</svg>
`;
}
