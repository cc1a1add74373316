import { collection, type DynamoModelOptions } from '@aws-starter-kit/dynamo';
import { AttachmentModel, CommentModel, IssueModel } from './issue.js';
import { InvitationModel, MemberModel, OrganisationModel, SessionModel } from './organisation.js';
import { AuditModel, LabelModel, ProjectModel } from './project.js';

/** Returns the models of the system, over one table with three indexes, and what is read of several at once. */
export function ticketing(options: DynamoModelOptions = {}) {
  const organisations = new OrganisationModel(options);
  const members = new MemberModel(options);
  const invitations = new InvitationModel(options);
  const sessions = new SessionModel(options);
  const projects = new ProjectModel(options);
  const labels = new LabelModel(options);
  const issues = new IssueModel(options);
  const comments = new CommentModel(options);
  const attachments = new AttachmentModel(options);
  const audit = new AuditModel(options);
  const ofOrganisation = {
    organisations,
    members,
    invitations,
    projects,
    labels,
    issues,
    comments,
    attachments,
    audit,
  };
  return {
    ...ofOrganisation,
    sessions,
    everything: collection(ofOrganisation, { index: 'GSI1' }),
    thread: collection({ issues, comments, attachments }, { index: 'GSI1' }),
    person: collection({ members, invitations }, { index: 'GSI2' }),
  };
}

export type Ticketing = ReturnType<typeof ticketing>;
