import type { ExaminationReport } from './examine-table.js';
import { findingKinds } from './findings.js';

const number = (n: number) => n.toLocaleString('en-US');

/** Returns rows as lines in columns: texts aligned to the left, numbers to the right. */
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

/** Returns the report of a run: what was examined, a table of findings, what to do next. */
export function reportText(report: ExaminationReport, { fix, place }: { fix: boolean; place: string }): string {
  const { items, entities, claims, unknown } = report.counts;
  const { tombstones, removedTombstones } = report.counts;
  const notExamined = Object.entries(unknown);
  const lines = [
    `In ${place}: ${number(items)} items, ${number(entities)} entities, ${number(claims)} claims, ${number(report.units)} units`,
  ];
  if (tombstones > 0) {
    lines.push(`Tombstones of deleted entities: ${number(tombstones)}, ${number(removedTombstones)} of them removed`);
  }
  if (notExamined.length > 0) {
    const words = notExamined.map(([word, count]) => `${word} ${number(count)}`).join(', ');
    lines.push(`Items of other models, left alone: ${words}`);
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
  if (left === 0) lines.push(repaired === 0 ? 'Nothing is wrong.' : 'All findings are repaired.');
  else if (!fix) lines.push('Nothing was changed: --fix repairs findings where that is safe.');
  if (findings['doubled value'].left > 0) {
    lines.push('Doubled values: by their model, change or delete all entities of each line but one.');
  }
  if (findings['unreadable item'].left > 0) lines.push('Unreadable items: complete or delete them by hand.');
  if (mark === 'was set now')
    lines.push('The table is marked: from now on the models rely on a claim for each unique value.');
  if (mark === 'is set' && !fix && findings['missing claim'].left > 0) {
    lines.push('The table is marked although claims are missing: their values can be taken again. Run --fix now.');
  }
  if (mark === 'is not set' && fix) {
    lines.push(
      left > 0
        ? 'The table is not marked: findings are left.'
        : 'The table is not marked, because of --no-mark: the models look up older data before each create.',
    );
  }
  if (mark === 'other writer') {
    lines.push(
      'The table is not marked: another system wrote to it without claims during this run. Stop it and run --fix again.',
    );
  }
  return lines;
}
