import { describe, expect, it } from 'vitest';
import { dynamodbActions } from './dynamodb-actions.js';
import { classOf, nameOf, probedPolicy, unused } from './permission-class.js';
import * as evidence from './scenarios/evidence.js';

const actions = await dynamodbActions();
for (const name of ['apiCalls', 'cliCalls', 'doctorCalls', 'tableCalls', 'followerCalls'] as const) {
  it(name, async () => {
    const calls = await evidence[name]();
    const by: any = {};
    for (const c of calls)
      for (const n of c.needed) {
        const k = `${c.principal} ${nameOf(classOf(n))} ${c.denied.includes(n) ? 'DENIED ' + n.resource : ''}`;
        (by[k] ??= new Set()).add(`${c.operation}/${c.step}`);
      }
    for (const k of Object.keys(by).sort()) console.log(k, [...by[k]].join(', ').slice(0, 150));
    for (const p of new Set(calls.map((c) => c.principal)))
      console.log(
        'UNUSED',
        p,
        unused(
          probedPolicy(p as never),
          actions,
          calls.filter((c) => c.principal === p).flatMap((c) => c.needed.map(classOf)),
        ),
      );
  });
}
