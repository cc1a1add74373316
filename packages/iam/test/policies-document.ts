import { needsOf } from '../src/policy-document.js';
import { type Role, roleNeeds, roles } from '../src/roles.js';
import type { SteppedCall } from './enforcement/enforced-engine.js';
import { classOf } from './permission-class.js';

/** The recorded requests of a role, and the number of mutations of its policy. */
export interface RoleEvidence {
  readonly calls: readonly SteppedCall[];
  readonly removals: number;
  readonly additions: number;
}

const on = {
  table: 'the table',
  indexes: 'its indexes',
  stream: 'its stream',
  everything: 'everything',
  rateLimitTable: 'the table of rate limits',
  key: 'the key',
} as const;

const intro = `# Policies

The actions of each role by purpose, each with a recorded caller that needs it. \`pnpm iam print <role>\` prints the
policies. \`packages/iam/test/policies.long.test.ts\` generates this document from its recordings, and fails if it is out
of date; with \`-u\`, it updates it.
`;

/** Returns the document of all roles. */
export function policiesDocument(evidence: Readonly<Record<Role, RoleEvidence>>): string {
  return [intro, summary(evidence), ...roles.map((role) => section(role, evidence[role].calls))].join('\n');
}

function summary(evidence: Readonly<Record<Role, RoleEvidence>>): string {
  const rows = roles.map((role) => {
    const { removals, additions } = evidence[role];
    return [`[${role}](#${role})`, roleNeeds[role].of, String(removals), String(additions)];
  });
  return `${table(['role', 'used by', 'needed actions', 'reported wider policies'], rows)}
An action is needed if a recorded request is denied without it. A wider policy has one more action, no condition, or a
wider resource; the test reports each of them.
`;
}

function section(role: Role, calls: readonly SteppedCall[]): string {
  const options = { streamArn: 'stream', rateLimitTableArn: 'table', kmsKeyArn: 'key' };
  const rows = needsOf(role, options).flatMap((need) =>
    need.actions.map((action) => {
      const items = need.ids ? `, items ${need.ids.map((id) => `\`${id}\``).join(', ')}` : '';
      const isIt = ({ needed }: SteppedCall) =>
        needed.some((one) => one.action === action && classOf(one).resource === need.on);
      const first = need.on === 'rateLimitTable' ? 'each call' : calls.find((call) => call.step && isIt(call))?.step;
      const sender = need.isSentByAws ? 'AWS itself: not recorded' : (first ?? 'tests of the package');
      return [need.sid, `\`${action}\``, `${on[need.on]}${items}`, need.reason, sender];
    }),
  );
  return `## ${role}\n\nThe role of ${roleNeeds[role].of}.\n\n${table(['statement', 'action', 'resource', 'purpose', 'example'], rows)}`;
}

/** Returns a table as the formatter formats it. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((cell, at) => Math.max(cell.length, ...rows.map((row) => row[at]?.length ?? 0)));
  const line = (cells: readonly string[]) => `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`;
  return `${[line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n')}\n`;
}
