import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { planEntity, Refusal } from '../src/index.js';
import { bareRepository } from './bare-repository.js';

const root = bareRepository(afterAll);

/** What is said instead of a plan. */
function refusal(name: string, fields = 'name:string', more: { plural?: string; belongsTo?: string } = {}): string {
  try {
    planEntity(root, { name, fields, ...more });
  } catch (error) {
    if (error instanceof Refusal) return error.message;
    throw error;
  }
  return expect.unreachable(`${name} with "${fields}" should have been refused`);
}

describe('an entity is refused in a line where', () => {
  it.each([
    ['user', 'There is an entity user (users) already: take another name'],
    ['User', 'There is an entity user (users) already: take another name'],
    ['table', 'There is a folder doctor in packages or apps already: take another name, or another plural by --plural'],
    ['products', '"products" is a plural: name one of them, product, or say by --plural what many are called'],
    ['people', '"people" is a plural: name one of them, person,'],
    ['news', 'One and many are both called news: give another name for many by --plural'],
    ['class', 'class cannot name an entity: the word, or the type Class, is taken'],
    ['map', 'map cannot name an entity'],
    ['Promise', 'promise cannot name an entity'],
    ['page', 'page cannot name an entity'],
    ['index', 'index cannot name an entity'],
    ['unique', 'unique cannot name an entity'],
    ['', '"" is no name of an entity: it has up to 40 letters and digits, a letter first'],
    ['2fa', '"2fa" is no name of an entity'],
    ['../x', '"../x" is no name of an entity'],
    ['pro duct', '"pro duct" is no name of an entity'],
    ['größe', '"größe" is no name of an entity'],
    ['a'.repeat(41), 'is no name of an entity'],
  ])('it is called %j', (name, says) => {
    const plural = name === 'table' ? { plural: 'doctor' } : {};
    const said = refusal(name, 'name:string', plural);
    expect(said).toContain(says);
    expect(said).not.toContain('\n');
  });

  it.each([
    [{ plural: 'users' }, 'There is an entity user (users) already'],
    [{ plural: 'a b' }, '--plural is "a b": it has up to 40 letters and digits, a letter first'],
    [{ plural: 'product' }, 'One and many are both called product'],
    [{ plural: 'delete' }, 'Many are called delete, a reserved word: give another name by --plural'],
    [{ belongsTo: 'ordre' }, '--belongs-to names "ordre", which is no entity: there is user'],
  ])('it comes with %j', (more, says) => expect(refusal('product', 'name:string', more)).toContain(says));

  it.each([
    ['', 'Product has no fields: give it some, such as --fields "name:string'],
    [
      'name',
      'Field name has the type "": it may have string, text, number, integer, boolean, datetime or enum(one,other)',
    ],
    ['name:', 'Field name has the type ""'],
    [':string', '":string" does not name a field'],
    ['name:text:', 'Field name has ":": after its type a field may have :unique or :index, and ? where it is optional'],
    ['name:varchar', 'Field name has the type "varchar": it may have string,'],
    [
      'Name:string',
      '"Name:string" does not name a field: a field is name:type, its name letters and digits, a small letter first',
    ],
    ['first-name:string', '"first-name:string" does not name a field'],
    ['name:string name:number', 'Field name is there twice'],
    [
      'id:string',
      'Field id is there already: each entity has id, createdAt, updatedAt and version, and index keys pkN and skN',
    ],
    ['createdAt:datetime', 'Field createdAt is there already'],
    ['updatedAt:datetime', 'Field updatedAt is there already'],
    ['version:integer', 'Field version is there already'],
    ['pk1:string', 'Field pk1 is there already'],
    ['sk12:string', 'Field sk12 is there already'],
    ['default:boolean', 'Field default has a reserved word of JavaScript for its name: give it another'],
    ['constructor:string', 'Field constructor has a reserved word'],
    ['sku:string:primary', 'Field sku has ":primary": after its type a field may have :unique or :index'],
    ['sku:string:unique:index', 'Field sku has :unique and :index: one of them will do'],
    ['done:boolean:unique', 'Field done is a boolean, which cannot have :unique: string or integer can'],
    ['note:text:index', 'Field note is a text, which cannot have :index: string, integer, number, boolean or enum can'],
    ['dueAt:datetime:index', 'Field dueAt is a datetime, which cannot have :index'],
    [
      'limit:integer:index',
      'Field limit cannot have :index: a list takes limit, cursor, order and direction for something else',
    ],
    [
      'status:enum',
      'Field status is an enum of "": it takes two or more different words, such as status:enum(open,paid)',
    ],
    ['status:enum(open)', 'Field status is an enum of "open": it takes two or more'],
    ['status:enum(open,open)', 'Field status is an enum of "open,open"'],
    ["status:enum(open,it's)", 'Field status is an enum of "open,it\'s"'],
    ['name:string(open,paid)', 'Field name has values, which only an enum has: write name:enum(open,paid)'],
    ['a:string:index b:string:index c:string:index', 'The fields a, b and c want an index each, and a table has two'],
    [
      'a:string?:index b:number?:index',
      'The fields a and b have an index each, of which the second also lists all entities',
    ],
  ])('its fields are %j', (fields, says) => {
    const said = refusal('product', fields);
    expect(said).toContain(says);
    expect(said).not.toContain('\n');
  });

  it('a file that it would make is there', () => {
    const root = bareRepository(onTestFinished);
    writeFileSync(join(root, 'apps/api/src/products-router.ts'), '');
    const plan = () => planEntity(root, { name: 'product', fields: 'name:string' });
    expect(plan).toThrow('apps/api/src/products-router.ts is there already: take another name, or move it away');
  });

  it('a parent takes an index and a name of a field too', () => {
    const ofUser = { belongsTo: 'user' };
    expect(refusal('note', 'userId:string', ofUser)).toContain('Field userId comes with --belongs-to user');
    expect(refusal('note', 'a:string:index b:string:index', ofUser)).toContain(
      'The fields userId, a and b want an index',
    );
    expect(refusal('note', 'a:string?:index', ofUser)).toContain('of which the second also lists all entities');
  });
});
