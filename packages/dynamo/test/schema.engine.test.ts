import type { StandardSchemaV1 } from '@standard-schema/spec';
import { beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import * as z from 'zod';
import { freshTable } from '../../../test/fresh-table.js';
import { type BaseModel, DynamoModel, type EntityOf, generateUUID, type NewOf } from '../src/index.js';
import { rawTable } from './raw-table.js';

/** A schema of no library, whose check takes its time. */
const evenNumber: StandardSchemaV1<number> = {
  '~standard': {
    version: 1,
    vendor: 'none',
    validate: async (value) =>
      Number(value) % 2 === 0 ? { value: Number(value) } : { issues: [{ message: 'Must be even' }] },
  },
};
const memberShape = {
  email: z.email().trim().toLowerCase(),
  role: z.enum(['reader', 'writer']).default('reader'),
  nick: z.string().min(2).optional(),
  age: z.string().transform(Number),
  due: z.string().nullable(),
  address: z.object({ city: z.string().min(1) }).optional(),
  seat: evenNumber,
};
type Member = EntityOf<typeof memberShape>;

class MemberModel extends DynamoModel<Member, NewOf<typeof memberShape>> {
  protected getEntityName() {
    return 'Member';
  }
  protected generateId() {
    return generateUUID();
  }
  protected setGSIKeys(member: Member) {
    member.pk1 = 'MEMBER';
    member.sk1 = `EMAIL#${member.email}`;
  }
  protected override uniqueAttributes() {
    return ['email', ['role', 'seat']] as const;
  }
  protected override schema() {
    return memberShape;
  }
}

let members: MemberModel;
let raw: ReturnType<typeof rawTable>;
beforeAll(async () => {
  const table = await freshTable();
  members = new MemberModel(table);
  raw = rawTable(table);
});
let count = 0;
const given = () => ({ email: `Ann${++count}@Example.com`, age: '42', due: null, seat: 2 * count });
const schemaError = (fieldErrors: object) => ({
  name: 'InvalidItemError',
  reason: 'schema',
  attribute: Object.keys(fieldErrors)[0],
  fieldErrors,
});

describe('a schema', () => {
  it('gives the types of the entity and of the input of create', async () => {
    const member = await members.create({ ...given(), nick: 'ann' });
    expectTypeOf(member.role).toEqualTypeOf<'reader' | 'writer'>();
    expectTypeOf(member.age).toEqualTypeOf<number>();
    expectTypeOf(member.nick).toEqualTypeOf<string | undefined>();
    expectTypeOf(member.due).toEqualTypeOf<string | null>();
    expectTypeOf<Parameters<typeof members.create>[0]['age']>().toEqualTypeOf<string>();
    expectTypeOf<Parameters<typeof members.create>[0]['role']>().toEqualTypeOf<'reader' | 'writer' | undefined>();
  });

  it('parses all attributes of a new entity, with defaults and transforms, also in batches', async () => {
    const data = given();
    const parsed = { email: data.email.toLowerCase(), role: 'reader', age: 42, due: null, seat: data.seat };
    const { id } = await members.create(data);
    expect(await members.getById(id, { consistent: true })).toMatchObject(parsed);
    expect(await raw.get(`MEMBER#${id}`)).toMatchObject({ ...parsed, sk1: `EMAIL#${parsed.email}` });
    const { success, failed } = await members.batchCreate([given(), { ...given(), seat: 1 }]);
    expect(success).toMatchObject([{ age: 42, role: 'reader' }]);
    expect(failed).toMatchObject([{ index: 1, error: schemaError({ seat: ['Must be even'] }) }]);
  });

  it('rejects all wrong attributes of a create with one error, and unknown ones', async () => {
    const wrong = { ...given(), nick: 'x', address: { city: '' }, extra: 1 };
    await expect(members.create(wrong)).rejects.toMatchObject(
      schemaError({ extra: ['Unknown attribute'], nick: [expect.any(String)], 'address.city': [expect.any(String)] }),
    );
    const { email: _, ...rest } = given();
    await expect(members.create(rest as ReturnType<typeof given>)).rejects.toMatchObject(
      schemaError({ email: [expect.any(String)] }),
    );
  });

  it('parses the given attributes of an update, and applies no default', async () => {
    const { id } = await members.create({ ...given(), role: 'writer', nick: 'ann' });
    expect(await members.update(id, { email: 'New@B.co' })).toMatchObject({ email: 'new@b.co', role: 'writer' });
    await expect(members.update(id, { seat: 3 })).rejects.toMatchObject(schemaError({ seat: ['Must be even'] }));
    await expect(members.update(id, { constructor: 'x' } as object)).rejects.toMatchObject(
      schemaError({ constructor: ['Unknown attribute'] }),
    );
  });

  it('stores null where it accepts null, and else removes what may be absent', async () => {
    const { id } = await members.create({ ...given(), due: 'today', nick: 'ann' });
    const updated = await members.update(id, { due: null, nick: null });
    expect(updated).toMatchObject({ due: null });
    expect(updated).not.toHaveProperty('nick');
    expect(await raw.get(`MEMBER#${id}`)).toMatchObject({ due: null });
    for (const name of ['email', 'role']) {
      const removal = members.update(id, { [name]: null });
      await expect(removal).rejects.toMatchObject(schemaError({ [name]: [expect.any(String)] }));
    }
  });

  it('is not applied to what is read', async () => {
    await raw.put({ id: 'MEMBER#odd', email: 7, version: 1 });
    expect(await members.getById('odd')).toEqual({ id: 'odd', email: 7, version: 1 });
    await raw.remove('MEMBER#odd');
  });
});

interface Unstorable extends BaseModel {
  name: string;
  due?: Date;
  nested: { list: readonly { big: bigint }[] };
}
class UnstorableModel extends DynamoModel<Unstorable> {
  protected getEntityName() {
    return 'Unstorable';
  }
  protected generateId() {
    return generateUUID();
  }
  protected setGSIKeys() {}
}

it('a model of what DynamoDB cannot hold does not compile where it is constructed', () => {
  // @ts-expect-error due and nested cannot be held
  const model = new UnstorableModel();
  expectTypeOf<ConstructorParameters<typeof UnstorableModel>>().toEqualTypeOf<
    [{ readonly 'DynamoDB cannot hold': 'due' | 'nested' }]
  >();
  expect(model).toBeInstanceOf(DynamoModel);
});
