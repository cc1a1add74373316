import type { ExaminationReport } from './examine-table.js';
import { findingKinds } from './findings.js';

const number = (n: number) => n.toLocaleString('en-US');

/** Rows as text, in columns: the first of each line to the left, numbers to the right. */
function columns(rows: readonly (readonly (string | number)[])[]): string[] {
  const width = (column: number) => Math.max(...rows.map((row) => cell(row[column]).length));
  const cell = (value: string | number | undefined) => (typeof value === 'number' ? number(value) : (value ?? ''));
  return rows.map((row) =>
    row
      .map((value, i) => {
        if (i === row.length - 1 && typeof value === 'string') return value;
        return typeof value === 'number' ? cell(value).padStart(width(i)) : cell(value).padEnd(width(i));
      })
      .join('  '),
  );
}

/** What a person wants to read after a run: what was looked at, a table of findings, what to do next. */
export function reportText(report: ExaminationReport, { fix, place }: { fix: boolean; place: string }): string {
  const { items, entities, claims, unknown } = report.counts;
  const strangers = Object.entries(unknown);
  const lines = [
    `In ${place}: ${number(items)} items, ${number(entities)} entities, ${number(claims)} claims, ${number(report.units)} units`,
  ];
  if (strangers.length > 0) {
    const words = strangers.map(([word, count]) => `${word} ${number(count)}`).join(', ');
    lines.push(`Items of kinds that are not examined, left alone: ${words}`);
  }
  lines.push('', ...columns([['', 'repaired', 'left'], ...findingKinds.map((kind) => countsRow(report, kind))]));
  if (report.kept.length > 0) lines.push('', ...findingLines(report));
  return [...lines, '', ...verdict(report, fix)].join('\n');
}

const countsRow = ({ findings }: ExaminationReport, kind: (typeof findingKinds)[number]) => {
  const { repaired, left } = findings[kind];
  return [kind, number(repaired).padStart('repaired'.length), number(left).padStart('left'.length)];
};

function findingLines({ kept, left, repaired }: ExaminationReport): string[] {
  const sorted = findingKinds.flatMap((kind) => kept.filter((finding) => finding.kind === kind));
  const rows = sorted.map(({ kind, ids, what, outcome }) => [kind, outcome, [...ids, what].join('  ')]);
  const more = left + repaired - kept.length;
  return [...columns(rows), ...(more > 0 ? [`and ${number(more)} more: --rows shows more of each kind`] : [])];
}

function verdict({ findings, left, repaired, mark }: ExaminationReport, fix: boolean): string[] {
  const lines = [];
  if (left === 0) lines.push(repaired === 0 ? 'Nothing is wrong.' : 'All of it is repaired.');
  else if (!fix) lines.push('Nothing was changed: --fix repairs what can be repaired safely.');
  if (findings['doubled value'].left > 0) {
    lines.push('Doubled values: change or delete all but one of the entities of each line, by their model.');
  }
  if (findings['unreadable item'].left > 0) lines.push('Unreadable items: complete or delete them by hand.');
  if (mark === 'was set now')
    lines.push('The table is marked: models trust from now on that each unique value has its claim.');
  if (mark === 'is set' && !fix && findings['missing claim'].left > 0) {
    lines.push(
      'The table is marked although claims are missing: their values can be taken a second time. Run --fix now.',
    );
  }
  if (mark === 'is not set' && fix) {
    lines.push(
      left > 0
        ? 'The table is not marked: findings are left.'
        : 'The table is not marked, as --no-mark asked for: models look for older data before each create.',
    );
  }
  if (mark === 'other writer') {
    lines.push(
      'The table is not marked: another system wrote to it during this run, without claims. Stop it and run --fix again.',
    );
  }
  return lines;
}
