import { userService } from '@aws-starter-kit/users';
import { expect, it, vi } from 'vitest';

// The specification's mock for unit tests, with vitest in place of jest.
vi.mock('@aws-starter-kit/users', () => ({
  userService: {
    getAllUsers: vi.fn(),
    getUserById: vi.fn(),
  },
}));

it('lets the service be mocked in unit tests of what uses it', async () => {
  const ada = { id: '1', email: 'ada@example.com', name: 'Ada', createdAt: '2024-01-01T00:00:00.000Z', version: 1 };
  vi.mocked(userService.getUserById).mockResolvedValue(ada);
  expect(await userService.getUserById('1')).toEqual(ada);
  expect(userService.getUserById).toHaveBeenCalledWith('1');
});
