import { type Change, projection } from '@aws-starter-kit/streams';
import { issueId } from './issue.js';
import type { Ticketing } from './ticketing.js';

/** Returns a change handler that counts the comments of each issue exactly, although changes may be redelivered. */
export const countComments = (db: Ticketing) =>
  projection('comments-of-issues', ({ type, entity }: Change<Pick<Ticketing, 'comments'>>) => {
    const comments = { created: 1, updated: 0, deleted: -1, expired: -1 }[type];
    const { projectId, number } = entity;
    const issue = issueId(projectId, number);
    return comments === 0 ? [] : [db.issues.updating(issue, {}, { increment: { comments }, returns: 'none' })];
  });
