import type { TestProject } from 'vitest/node';
import { provideEndpoint } from './provide-endpoint.js';

export const setup = (project: TestProject) => provideEndpoint(project, 'dynamodb-local');
