import { Logger } from '@aws-lambda-powertools/logger';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { type BaseModel, DynamoModel, generateUUID, type NewItem } from '@aws-starter-kit/dynamo';
import { userService } from '@aws-starter-kit/users';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type FreshTable, freshTable } from './fresh-table.js';

// The examples of the specification, as written there: `userService` finds its table by the environment alone.

let table: FreshTable;
// the files of a project share their workers: what is left changed here would change the others
afterAll(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});
beforeAll(async () => {
  table = await freshTable();
  vi.stubEnv('DYNAMODB_TABLE', table.tableName);
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_ENDPOINT_URL', table.endpoint);
  vi.stubEnv('SERVICE_NAME', 'aws-starter-kit-api');
});

const stored = async (id: string) => {
  const { Item } = await table.client.send(new GetCommand({ TableName: table.tableName, Key: { id } }));
  return Item;
};

describe('usage examples of userService', () => {
  let count = 0;
  const aUser = () => userService.createUser({ email: `seed-${++count}@example.com`, name: 'Seed' });

  it('creates a user', async () => {
    const user = await userService.createUser({
      email: 'new@example.com',
      name: 'New User',
    });
    expect(user).toMatchObject({ email: 'new@example.com', name: 'New User', version: 1 });
    expect(user).not.toHaveProperty('pk1');
  });

  it('stores it by the table schema: prefixed id and the keys of both indexes', async () => {
    const user = await aUser();
    expect(await stored(`USER#${user.id}`)).toMatchObject({
      id: `USER#${user.id}`,
      email: user.email,
      name: 'Seed',
      createdAt: user.createdAt,
      pk1: 'USER',
      sk1: `EMAIL#${user.email}`,
      pk2: 'USER',
      sk2: `CREATED#${user.createdAt}`,
    });
    expect(await stored(`USER#${user.id}`)).not.toHaveProperty('updatedAt');
  });

  it('gets all users', async () => {
    const user = await aUser();
    const users = await userService.getAllUsers();
    expect(users).toContainEqual(user);
    expect(users.filter(({ email }) => email === undefined)).toEqual([]); // no claim among them
  });

  it('gets a user by id, with or without prefix, and null for nobody', async () => {
    const { id } = await aUser();
    const user = await userService.getUserById(id);
    expect(user).toMatchObject({ id });
    expect(await userService.getUserById(`USER#${id}`)).toEqual(user);
    expect(await userService.getUserById('user-id')).toBeNull();
  });

  it('gets a user by email', async () => {
    await userService.createUser({ email: 'user@example.com', name: 'User' });
    const user = await userService.getUserByEmail('user@example.com');
    expect(user).toMatchObject({ email: 'user@example.com' });
    expect(await userService.getUserByEmail('nobody@example.com')).toBeNull();
  });

  it('updates a user', async () => {
    const { id } = await aUser();
    const updated = await userService.updateUser(id, {
      name: 'Updated Name',
    });
    expect(updated).toMatchObject({ id, name: 'Updated Name', version: 2, updatedAt: expect.any(String) });
    expect(await userService.updateUser('user-id', { name: 'Nobody' })).toBeNull();
  });

  it('deletes a user', async () => {
    const { id } = await aUser();
    const success = await userService.deleteUser(id);
    expect(success).toBe(true);
    expect(await userService.deleteUser('user-id')).toBe(false);
  });

  it('deletes users in a batch', async () => {
    const [a, b, c] = [await aUser(), await aUser(), await aUser()];
    const result = await userService.batchDeleteUsers([a.id, b.id, c.id]);
    expect(`Success: ${result.success.length}, Failed: ${result.failed.length}`).toBe('Success: 3, Failed: 0');
    expect(await userService.getUserById(a.id)).toBeNull();
  });

  it('gets users created after a date', async () => {
    const user = await aUser();
    const users = await userService.getUsersCreatedAfter('2024-01-01T00:00:00Z');
    expect(users).toContainEqual(user);
    expect(users.map(({ createdAt }) => createdAt)).toEqual(users.map(({ createdAt }) => createdAt).sort());
  });

  it('refuses a duplicate address with the message of the specification', async () => {
    await userService.createUser({ email: 'duplicate@example.com', name: 'Test' });
    const said = vi.spyOn(console, 'error').mockImplementation(() => {});
    try {
      const user = await userService.createUser({
        email: 'duplicate@example.com',
        name: 'Test',
      });
      expect.unreachable(user.id);
    } catch (error) {
      // Error: User with email duplicate@example.com already exists
      // biome-ignore lint/suspicious/noConsole: the example as it is written
      console.error((error as Error).message);
    }
    expect(said.mock.calls).toEqual([['User with email duplicate@example.com already exists']]);
  });
});

describe('adding a new model', () => {
  interface ProductModel extends BaseModel {
    name: string;
    price: number;
  }

  class ProductDynamoModel extends DynamoModel<ProductModel> {
    protected getEntityName(): string {
      return 'Product';
    }

    // biome-ignore lint/correctness/noUnusedFunctionParameters: the recipe as it is written
    protected async generateId(data: ProductModel): Promise<string> {
      return generateUUID();
    }

    // biome-ignore lint/correctness/noUnusedFunctionParameters: the recipe as it is written
    protected setGSIKeys(entity: ProductModel, now: string): void {
      entity.pk1 = 'PRODUCT';
      entity.sk1 = `NAME#${entity.name}`;
    }
  }

  class ProductService {
    private productModel: ProductDynamoModel;

    constructor() {
      this.productModel = new ProductDynamoModel();
    }

    createProduct(data: NewItem<ProductModel>) {
      return this.productModel.create(data);
    }

    renameProduct(id: string, name: string) {
      return this.productModel.update(id, { name });
    }

    async findByName(name: string) {
      const { items } = await this.productModel.query({ index: 'GSI1', pk: 'PRODUCT', sk: { eq: `NAME#${name}` } });
      return items;
    }
  }

  it('works as the recipe is written: stored under its prefix, found by its index, moved with its name', async () => {
    const products = new ProductService();
    const product = await products.createProduct({ name: 'Lamp', price: 30 });
    expect(await stored(`PRODUCT#${product.id}`)).toMatchObject({ pk1: 'PRODUCT', sk1: 'NAME#Lamp', price: 30 });
    expect(await products.findByName('Lamp')).toEqual([product]);
    const renamed = await products.renameProduct(product.id, 'Torch');
    expect(await products.findByName('Torch')).toEqual([renamed]);
    expect(await products.findByName('Lamp')).toEqual([]);
  });

  it('logs as the specification shows, by the logger that a model inherits', () => {
    vi.stubEnv('POWERTOOLS_DEV', 'true'); // then Powertools writes to the global console
    const lines = (['info', 'error', 'warn'] as const).map((level) => vi.spyOn(console, level).mockReturnValue());
    class LoggingModel extends ProductDynamoModel {
      tryOut(): void {
        this.logger.info('Creating user', { user: { id: '1' } });
        this.logger.error('Error creating user', { error: new Error('no') });
        this.logger.warn('User not found', { id: '1' });
      }
    }
    new LoggingModel({ logger: new Logger({ logLevel: 'INFO' }) }).tryOut();
    expect(lines.map(({ mock }) => JSON.parse(String(mock.lastCall?.[0])).message)).toEqual([
      'Creating user',
      'Error creating user',
      'User not found',
    ]);
  });
});
