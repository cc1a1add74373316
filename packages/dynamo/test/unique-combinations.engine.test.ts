import { beforeEach, describe, expect, it } from 'vitest';
import { freshTable } from '../../../test/fresh-table.js';
import { type BaseModel, DynamoModel, generateUUID } from '../src/index.js';
import { claimsOf, rawTable } from './raw-table.js';

interface Project extends BaseModel {
  orgId: string;
  key: string;
  slug?: string;
  title?: string;
}
class ProjectModel extends DynamoModel<Project> {
  protected getEntityName() {
    return 'Project';
  }
  protected generateId() {
    return generateUUID();
  }
  protected setGSIKeys() {}
  protected override indexedAttributes() {
    return [];
  }
  protected override uniqueAttributes() {
    return ['slug', ['orgId', 'key']] as const;
  }
  protected override normaliseUnique(attribute: string, value: unknown) {
    return attribute === 'key' ? String(value).toUpperCase() : String(value);
  }
}

let projects: ProjectModel;
let raw: ReturnType<typeof rawTable>;
beforeEach(async () => {
  const table = await freshTable();
  projects = new ProjectModel(table);
  raw = rawTable(table);
});
const taken = (value: string) => ({ name: 'UniqueConstraintError', attribute: 'orgId+key', value });

describe('a combination of attributes', () => {
  it('is claimed as a JSON array, so that no two combinations are one', async () => {
    const { id } = await projects.create({ orgId: 'a', key: 'x' });
    const other = await projects.create({ orgId: 'a"', key: '","x' });
    expect(await claimsOf(raw, 'PROJECT')).toEqual({
      'orgId+key#["a","X"]': `PROJECT#${id}`,
      'orgId+key#["a\\"","\\",\\"X"]': `PROJECT#${other.id}`,
    });
  });

  it('is unique, its elements are not', async () => {
    await projects.create({ orgId: 'a', key: 'x' });
    await projects.create({ orgId: 'a', key: 'y' });
    const b = await projects.create({ orgId: 'b', key: 'x' });
    await expect(projects.create({ orgId: 'a', key: 'X' })).rejects.toMatchObject(taken('["a","X"]'));
    await expect(projects.update(b.id, { orgId: 'a' })).rejects.toMatchObject(taken('["a","x"]'));
    const { success, failed } = await projects.batchCreate([
      { orgId: 'c', key: 'x' },
      { orgId: 'c', key: 'x' },
    ]);
    expect(success).toHaveLength(1);
    expect(failed).toMatchObject([{ index: 1, error: taken('["c","x"]') }]);
  });

  it('follows a change of one element, and is free again after a delete', async () => {
    const { id } = await projects.create({ orgId: 'a', key: 'x', slug: 's' });
    await projects.update(id, { title: 'untouched' });
    await projects.update(id, { key: 'y' });
    expect(await claimsOf(raw, 'PROJECT')).toEqual({
      'slug#s': `PROJECT#${id}`,
      'orgId+key#["a","Y"]': `PROJECT#${id}`,
    });
    await projects.create({ orgId: 'a', key: 'x' });
    await projects.delete(id);
    expect(Object.keys(await claimsOf(raw, 'PROJECT'))).toEqual(['orgId+key#["a","X"]']);
  });

  it('is found by all its elements, in any order', async () => {
    const project = await projects.create({ orgId: 'a', key: 'x', slug: 's' });
    expect(await projects.getByUnique({ key: 'X', orgId: 'a' })).toEqual(project);
    expect(await projects.getByUnique({ slug: 's' })).toEqual(project);
    expect(await projects.getByUnique({ orgId: 'b', key: 'x' })).toBeNull();
    await expect(projects.getByUnique({ orgId: 'a' })).rejects.toThrow(
      /orgId is not among uniqueAttributes\(\): slug, orgId\+key/,
    );
  });

  it('without all its elements has no claim', async () => {
    const project = { orgId: 'a' } as Project;
    const { id } = await projects.create(project);
    await projects.create(project);
    expect(await claimsOf(raw, 'PROJECT')).toEqual({});
    await projects.update(id, { key: 'x' });
    expect(await claimsOf(raw, 'PROJECT')).toEqual({ 'orgId+key#["a","X"]': `PROJECT#${id}` });
    await expect(projects.create({ orgId: '', key: 'x' })).rejects.toMatchObject({
      name: 'InvalidItemError',
      attribute: 'orgId',
      reason: 'empty value',
    });
  });
});
