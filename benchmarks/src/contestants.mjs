import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** What all figures are relative to. */
export const baseline = 'DocumentClient';

/**
 * Who takes part: a name, the module in `adapters/` that does the operations, the packages whose versions are reported, and what is set in
 * the environment of its process.
 */
export const contestants = [
  {
    name: baseline,
    adapter: 'raw-document',
    packages: ['@aws-sdk/client-dynamodb', '@aws-sdk/lib-dynamodb'],
    env: {},
  },
  { name: 'ours', adapter: 'ours', packages: ['@aws-starter-kit/users'], env: { DYNAMO_TRANSPORT: 'lean' } },
  { name: 'ours by SDK', adapter: 'ours', packages: ['@aws-starter-kit/users'], env: { DYNAMO_TRANSPORT: 'sdk' } },
  { name: 'aws-lite', adapter: 'aws-lite', packages: ['@aws-lite/client', '@aws-lite/dynamodb'], env: {} },
  { name: 'OneTable', adapter: 'onetable', packages: ['dynamodb-onetable'], env: {} },
  { name: 'DynamoDB-Toolbox', adapter: 'dynamodb-toolbox', packages: ['dynamodb-toolbox'], env: {} },
  { name: 'ElectroDB', adapter: 'electrodb', packages: ['electrodb'], env: {} },
  { name: 'Dynamoose', adapter: 'dynamoose', packages: ['dynamoose'], env: {} },
];

/** The contestants of a comma-separated list, the baseline always first. */
export function chosen(list) {
  if (list === undefined) return contestants;
  const names = list.split(',');
  const unknown = names.find((name) => !contestants.some((one) => one.name === name));
  if (unknown !== undefined) {
    throw new RangeError(`There is no ${unknown}; there are ${contestants.map((one) => one.name).join(', ')}`);
  }
  return contestants.filter((one) => one.name === baseline || names.includes(one.name));
}

/** Versions of the packages that took part, by name. */
export function versions(list) {
  const require = createRequire(import.meta.url);
  const versionOf = (name) => {
    const folder = require.resolve.paths(name)?.find((path) => hasPackage(`${path}/${name}`));
    return folder && JSON.parse(readFileSync(`${folder}/${name}/package.json`, 'utf8')).version;
  };
  return Object.fromEntries([...new Set(list.flatMap((one) => one.packages))].map((name) => [name, versionOf(name)]));
}

function hasPackage(folder) {
  try {
    readFileSync(`${folder}/package.json`);
    return true;
  } catch {
    return false;
  }
}
