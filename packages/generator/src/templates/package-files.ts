import type { Entity } from '../entity.js';
import { capitalised } from '../names.js';

/** What only a package that is published has. */
const published = ['keywords', 'homepage', 'bugs', 'repository', 'publishConfig'];

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
  const settings = Object.entries(users).filter(([field]) => !published.includes(field));
  return JSON.stringify(
    {
      ...Object.fromEntries(settings),
      name: `@aws-starter-kit/${many.kebab}`,
      version: '0.1.0',
      private: true,
      description: `${capitalised(many.words)} on DynamoDB: ${one.pascal}Model, ${one.pascal}Service, schemas`,
      dependencies,
      devDependencies: undefined,
    },
    null,
    2,
  );
}
