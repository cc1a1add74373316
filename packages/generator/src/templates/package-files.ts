import type { Entity } from '../entity.js';

/** package.json as that of users, whose scripts and settings the packages of all entities share. */
export function packageJson({ one, many }: Entity, usersPackage: string): string {
  const users = JSON.parse(usersPackage.replaceAll('packages/users', `packages/${many.kebab}`)) as Record<
    string,
    unknown
  > & {
    dependencies: Record<string, string>;
  };
  const needed = ['@aws-starter-kit/dynamo', 'zod'];
  return JSON.stringify(
    {
      ...users,
      name: `@aws-starter-kit/${many.kebab}`,
      version: '0.1.0',
      description: `${many.words.charAt(0).toUpperCase()}${many.words.slice(1)} on DynamoDB: ${one.pascal}Model, ${one.pascal}Service, schemas`,
      dependencies: Object.fromEntries(Object.entries(users.dependencies).filter(([name]) => needed.includes(name))),
      devDependencies: undefined,
    },
    null,
    2,
  );
}
