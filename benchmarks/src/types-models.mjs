import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('../../', import.meta.url));
const attributesOfAModel = 40;

/** Writes models of 40 attributes each, with calls of each, into an empty folder. They see the declarations of `dynamo`, as in any other project. */
export function writeModels(folder, count) {
  mkdirSync(`${folder}/node_modules/@aws-starter-kit`, { recursive: true });
  symlinkSync(`${repository}packages/dynamo`, `${folder}/node_modules/@aws-starter-kit/dynamo`);
  mkdirSync(`${folder}/node_modules/@types`, { recursive: true });
  symlinkSync(`${repository}node_modules/@types/node`, `${folder}/node_modules/@types/node`);
  const files = Array.from({ length: count }, (_, i) => `entity${i}.ts`);
  for (const [i, file] of files.entries()) writeFileSync(`${folder}/${file}`, modelOf(`Entity${i}`));
  writeFileSync(`${folder}/package.json`, '{ "type": "module" }\n');
  const compilerOptions = { customConditions: [] };
  writeFileSync(
    `${folder}/tsconfig.json`,
    JSON.stringify({ extends: `${repository}tsconfig.base.json`, compilerOptions, files }),
  );
}

const attributes = Array.from({ length: attributesOfAModel - 6 }, (_, i) => [
  `  text${i}: string;`,
  `  amount${i}?: number;`,
  `  parts${i}?: { name: string; at?: { line: number; column: number } };`,
  `  tags${i}?: Set<string>;`,
]).map((types, i) => types[i % types.length]);

const modelOf = (
  name,
) => `import { type BaseModel, DynamoModel, generateUUID, key, padded, transact } from '@aws-starter-kit/dynamo';

export interface ${name} extends BaseModel {
  orgId: string;
  code: string;
  status: 'open' | 'paid' | 'closed';
  rank: number;
  visits?: number;
  log?: string[];
${attributes.join('\n')}
}

export class ${name}Model extends DynamoModel<${name}> {
  protected getEntityName() {
    return '${name}';
  }
  protected generateId() {
    return generateUUID();
  }
  protected setGSIKeys(entity: ${name}) {
    entity.pk1 = key(entity)\`ORG#\${'orgId'}\`;
    entity.sk1 = key(entity)\`RANK#\${padded('rank', 8)}\`;
    entity.pk2 = key(entity)\`STATUS#\${'status'}\`;
    entity.sk2 = key(entity)\`TEXT#\${'text0'}\`;
  }
  protected override uniqueAttributes() {
    return ['code', ['orgId', 'text0']] as const;
  }
  protected override counters() {
    return ['visits'] as const;
  }
}

export async function use${name}(models: ${name}Model, data: Parameters<${name}Model['create']>[0]) {
  const made = await models.create(data);
  const ofOrg = models.within({ orgId: made.orgId });
  const page = await ofOrg.query({ index: 'GSI1', of: { orgId: made.orgId }, from: { rank: 2 }, filter: { 'parts2.at.line': { gte: 1 }, amount1: { lt: 5 } }, attributes: ['code', 'text0'] });
  await models.update(made.id, { text0: 'a', amount1: null }, { increment: { visits: 1 }, append: { log: ['a'] }, set: { 'parts2.at': { line: 1, column: 2 } }, if: { status: 'open' } });
  await transact([models.updating(made.id, {}, { increment: { visits: 1 }, returns: 'none' }), models.checking(made.id, { if: { rank: { gt: 1 } } })]);
  const same = await models.getByUnique({ orgId: made.orgId, text0: made.text0 });
  return [page.items.map(({ code }) => code), same?.status];
}
`;
