import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { type EntityRequest, planEntity, UsageError } from '../src/index.js';
import { bareRepository } from './bare-repository.js';

const root = bareRepository(afterAll);

/** Returns the message of the error that planning an entity throws. */
function messageFor(name: string, fields = 'name:string', more: Partial<EntityRequest> = {}): string {
  try {
    planEntity(root, { name, fields, ...more });
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  return expect.unreachable(`${name} with "${fields}" should have been rejected`);
}

describe('an entity is rejected with one line if', () => {
  it.each([
    ['user', 'The entity user (users) already exists: choose another name'],
    ['User', 'The entity user (users) already exists: choose another name'],
    [
      'table',
      'The folder doctor already exists in packages or apps: choose another name, or another plural with --plural',
    ],
    ['products', '"products" is a plural: use the singular, product, or give the plural with --plural'],
    ['people', '"people" is a plural: use the singular, person,'],
    ['news', 'news is both singular and plural: give another plural with --plural'],
    ['class', 'class cannot name an entity: JavaScript or this project already uses class or the type Class'],
    ['map', 'map cannot name an entity'],
    ['Promise', 'promise cannot name an entity'],
    ['page', 'page cannot name an entity'],
    ['index', 'index cannot name an entity'],
    ['unique', 'unique cannot name an entity'],
    ['', '"" cannot name an entity: a name has up to 40 letters and digits and starts with a letter'],
    ['2fa', '"2fa" cannot name an entity'],
    ['../x', '"../x" cannot name an entity'],
    ['pro duct', '"pro duct" cannot name an entity'],
    ['größe', '"größe" cannot name an entity'],
    ['a'.repeat(41), 'cannot name an entity'],
  ])('its name is %j', (name, expected) => {
    const plural = name === 'table' ? { plural: 'doctor' } : {};
    const message = messageFor(name, 'name:string', plural);
    expect(message).toContain(expected);
    expect(message).not.toContain('\n');
  });

  it.each([
    [{ plural: 'users' }, 'The entity user (users) already exists'],
    [{ plural: 'a b' }, '--plural cannot be "a b": a name has up to 40 letters and digits and starts with a letter'],
    [{ plural: 'product' }, 'product is both singular and plural'],
    [{ plural: 'delete' }, 'The plural delete is a reserved word: give another one with --plural'],
    [
      { belongsTo: 'ordre' },
      '--belongs-to names "ordre", which does not exist: generate it first, or choose one of user',
    ],
  ])('its options are %j', (more, expected) => expect(messageFor('product', 'name:string', more)).toContain(expected));

  it.each([
    ['', 'Product has no fields: add some, such as --fields "name:string'],
    [
      'name',
      'Field name has the unknown type "": use string, text, number, integer, boolean, date, datetime, enum(one,other), list, set or map',
    ],
    ['name:', 'Field name has the unknown type ""'],
    [':string', '":string" is not a field'],
    ['name:text:', 'Field name has the unknown option ":": use :unique or :index, and ? for an optional field'],
    ['name:varchar', 'Field name has the unknown type "varchar": use string,'],
    [
      'Name:string',
      '"Name:string" is not a field: write name:type, with a name of letters and digits that starts in lower case',
    ],
    ['first-name:string', '"first-name:string" is not a field'],
    ['name:string name:number', 'There are two fields named name: rename one of them'],
    [
      'id:string',
      'Field id is managed: each entity already has id, createdAt, updatedAt and version, and the index keys pkN, skN and vkN',
    ],
    ['createdAt:datetime', 'Field createdAt is managed'],
    ['updatedAt:datetime', 'Field updatedAt is managed'],
    ['version:integer', 'Field version is managed'],
    ['pk1:string', 'Field pk1 is managed'],
    ['sk12:string', 'Field sk12 is managed'],
    ['default:boolean', 'Field default is a reserved word of JavaScript: rename it'],
    ['constructor:string', 'Field constructor is a reserved word'],
    ['sku:string:primary', 'Field sku has the unknown option ":primary": use :unique or :index'],
    ['sku:string:unique:index', 'Field sku has :unique and :index: choose one'],
    ['done:boolean:unique', 'Field done cannot have :unique, because its type is boolean: string or integer can'],
    [
      'note:text:index',
      'Field note cannot have :index, because its type is text: string, integer, number, boolean, date or enum can',
    ],
    ['dueAt:datetime:index', 'Field dueAt cannot have :index, because its type is datetime'],
    [
      'limit:integer:index',
      'An index cannot begin with limit, since the code of lists uses this name itself: rename the field',
    ],
    ['toListPage:string:index', 'An index cannot begin with toListPage'],
    [
      'status:enum',
      'Field status is an enum of "": it needs two or more different words, for example status:enum(open,paid)',
    ],
    ['status:enum(open)', 'Field status is an enum of "open": it needs two or more'],
    ['status:enum(open,open)', 'Field status is an enum of "open,open"'],
    ["status:enum(open,it's)", 'Field status is an enum of "open,it\'s"'],
    ['name:string(open,paid)', 'Field name has values, but only an enum can have them: write name:enum(open,paid)'],
  ])('its fields are %j', (fields, expected) => {
    const message = messageFor('product', fields);
    expect(message).toContain(expected);
    expect(message).not.toContain('\n');
  });

  it.each([
    [[''], '--index "" names "", which is not a field: use status, sku, rank, createdAt or updatedAt'],
    [['status,'], '--index "status," names "", which is not a field'],
    [['stauts'], '--index "stauts" names "stauts", which is not a field: use status,'],
    [['status,tags'], '--index "status,tags" names "tags", which is a field of the type set: use status,'],
    [['sizes'], 'which is a field of the type list'],
    [['labels'], 'which is a field of the type map'],
    [['status,note'], 'which is a field of the type text'],
    [['sku,rank'], 'An index cannot begin with sku, which is unique: an entity is found by it without an index'],
    [['createdAt'], 'An index cannot begin with createdAt, since hardly any entities share a time: begin with a field'],
    [['status,rank down'], '--index "status,rank down": after rank, write asc, desc or nothing, and a comma'],
    [['status rank'], '--index "status rank": after status, write asc, desc or nothing, and a comma'],
    [['status,rank,rank'], '--index "status,rank,rank" names rank twice: remove one'],
    [['status,status'], 'names status twice'],
    [['status,rank asc,updatedAt desc'], 'has asc and desc: DynamoDB reads a key forwards or backwards as a whole'],
    [['status,rank', 'status,rank desc'], 'The index status,rank is given twice: remove one'],
    [
      Array.from({ length: 20 }, (_, i) => `f${i}`),
      '20 indexes are too many: DynamoDB allows 20 per table, and GSI1 lists all entities, so remove 1',
    ],
  ])('its indexes are %j', (index, expected) => {
    const own = 'status:string sku:string:unique rank:number tags:set sizes:list labels:map note:text';
    const fields = index.length > 2 ? index.map((name) => `${name}:string`).join(' ') : own;
    const message = messageFor('product', fields, { index });
    expect(message).toContain(expected);
    expect(message).not.toContain('\n');
  });

  it('two of its lists would have one name', () => {
    const fields = 'status:string due:string on:string dueOn:string';
    expect(messageFor('product', fields, { index: ['status', 'status,dueOn', 'status,due,on'] })).toContain(
      'The indexes status,dueOn and status,due,on give two lists the name ByStatusOrderedByDueOn: rename a field',
    );
  });

  it('one of its files already exists', () => {
    const root = bareRepository(onTestFinished);
    writeFileSync(join(root, 'apps/api/src/trpc/products-router.ts'), '');
    const plan = () => planEntity(root, { name: 'product', fields: 'name:string' });
    expect(plan).toThrow('apps/api/src/trpc/products-router.ts already exists: choose another name, or move the file');
  });

  it('its parent adds a field that it has', () => {
    expect(messageFor('note', 'userId:string', { belongsTo: 'user' })).toContain(
      '--belongs-to user adds the field userId',
    );
  });
});

describe('an entity within a scope is rejected with one line if', () => {
  it.each([
    [{ within: 'team' }, '--within names "team": entities can belong to an organisation, so use --within organisation'],
    [
      { within: 'organisation', belongsTo: 'user', check: true },
      '--check does not go with --within: leave --check out, and check the parent in the service',
    ],
    [
      { within: 'organisation', fields: 'name:string organisationId:string' },
      '--within organisation adds the field organisationId: remove it from --fields',
    ],
  ])('its options are %j', ({ fields, ...more }: Partial<EntityRequest>, expected) => {
    expect(messageFor('product', fields, more)).toBe(expected);
  });
});
