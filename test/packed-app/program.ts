// What a user of the published packages writes: checked, compiled and run outside the workspace by packed-packages.long.test.ts.
import { type BaseModel, DynamoModel, ensureTable, generateUUID, type NewItem } from '@aws-starter-kit/dynamo';
import { EmailTakenError, type User, UserService, userService } from '@aws-starter-kit/users';

interface Product extends BaseModel {
  name: string;
  price: number;
}

class ProductModel extends DynamoModel<Product> {
  protected override getEntityName(): string {
    return 'Product';
  }

  protected override generateId(_data: NewItem<Product>): string {
    return generateUUID();
  }

  protected override setGSIKeys(entity: Product): void {
    entity.pk1 = 'PRODUCT';
    entity.sk1 = `NAME#${entity.name}`;
  }

  async getByName(name: string): Promise<Product[]> {
    return (await this.query({ index: 'GSI1', pk: 'PRODUCT', sk: { eq: `NAME#${name}` } })).items;
  }
}

const table = await ensureTable();
const ada: User = await userService.createUser({ email: 'Ada@example.com', name: 'Ada Lovelace' });
const duplicate = await new UserService().createUser({ email: 'ada@example.com', name: 'Another Ada' }).then(
  () => 'not refused',
  (error: unknown) => (error instanceof EmailTakenError ? error.message : String(error)),
);
const found: User | null = await userService.getUserById(ada.id);

const products = new ProductModel();
await products.create({ name: 'Loom', price: 7 });
const looms = await products.getByName('Loom');

process.stdout.write(
  JSON.stringify({
    table,
    email: found?.email,
    version: found?.version,
    duplicate,
    prices: looms.map(({ price }) => price),
  }),
);
