import type { NewProject } from './projects.js';
import type { RunningConsole } from './start-console.js';

const given = ['Ada', 'Grace', 'Alan', 'Edsger', 'Barbara', 'Donald', 'Frances', 'Tony', 'Radia', 'Niklaus'];
const family = ['Lovelace', 'Hopper', 'Turing', 'Dijkstra', 'Liskov', 'Knuth', 'Allen', 'Hoare', 'Perlman', 'Wirth'];

/** The attributes of the user with this number, from 1. */
export const personOf = (number: number) => ({
  name: `${given[number % 10]} ${family[Math.floor(number / 10) % 10]}`,
  email: `person-${number}@example.com`,
});

/** Creates users, the first of whom is the oldest. */
export async function seedUsers({ users }: Pick<RunningConsole, 'users'>, count: number): Promise<void> {
  for (let number = 1; number <= count; number++) await users.create(personOf(number)); // at different times
}

/** Creates an organisation with projects, and returns its id. `before` runs before each of them. */
export async function seedProjects(
  { client }: Pick<RunningConsole, 'client'>,
  count: number,
  before: (number: number) => void = () => {},
): Promise<string> {
  const { id: organisationId } = await client.organisations.create.mutate({ name: 'Analytical Engines' });
  for (let number = 1; number <= count; number++) {
    before(number);
    await client.projects.create.mutate({ organisationId, ...projectOf(number) });
  }
  return organisationId;
}

const statuses = ['planned', 'active', 'done'] as const;

const projectOf = (number: number): NewProject => ({
  code: `P-${number}`,
  title: `Project ${number}`,
  status: statuses[number % 3] ?? 'planned',
  priority: (number % 5) + 1,
  isPublic: number % 2 === 0,
  ...(number % 4 !== 0 && { dueOn: `2027-0${(number % 9) + 1}-15` }),
  ...(number % 3 === 0 && { notes: `Begins after project ${number - 1}.\nEnds before project ${number + 1}.` }),
  tags: number % 2 === 0 ? ['engine'] : ['engine', 'research'],
});
