import type { Entity } from '../entity.js';
import { capitalised } from '../names.js';

/** `package.json`: a copy of that of users, with the same scripts and settings. */
export function packageJson({ one, many, parent, isParentChecked }: Entity, usersPackage: string): string {
  const users = JSON.parse(usersPackage.replaceAll('packages/users', `packages/${many.kebab}`)) as Record<
    string,
    unknown
  > & {
    dependencies: Record<string, string>;
  };
  const dependencies = {
    '@aws-starter-kit/dynamo': 'workspace:*',
    '@aws-starter-kit/fields': 'workspace:*',
    ...(isParentChecked && parent && { [`@aws-starter-kit/${parent.many.kebab}`]: 'workspace:*' }),
    zod: 'catalog:',
  };
  return JSON.stringify(
    {
      ...users,
      name: `@aws-starter-kit/${many.kebab}`,
      version: '0.1.0',
      description: `${capitalised(many.words)} on DynamoDB: ${one.pascal}Model, ${one.pascal}Service, schemas`,
      dependencies,
      devDependencies: undefined,
    },
    null,
    2,
  );
}
