import { Entity } from 'electrodb';
import { createdAt, entityId, issueNumber, model, reference } from './schema.js';

export const Project = new Entity({
  model: model('project'),
  attributes: {
    orgId: reference,
    id: entityId, // another name than in issues, so that a query of projects does not read those
    key: { type: 'string', required: true, validate: /^[A-Z]{2,10}$/ },
    name: { type: 'string', required: true, validate: /^.{1,100}$/ },
    lastIssue: { type: 'number', required: true, default: 0 },
    openIssues: { type: 'number', required: true, default: 0 },
  },
  indexes: {
    everything: {
      collection: 'everything',
      type: 'clustered',
      pk: { field: 'pk', composite: ['orgId'] },
      sk: { field: 'sk', composite: ['id'] },
    },
  },
});

export const Label = new Entity({
  model: model('label'),
  attributes: {
    orgId: reference,
    projectId: reference,
    name: { type: 'string', required: true, readOnly: true, validate: /^.{1,40}$/ },
    color: { type: 'string', required: true, validate: /^#[0-9a-f]{6}$/ },
  },
  indexes: {
    everything: {
      collection: 'everything',
      type: 'clustered',
      pk: { field: 'pk', composite: ['orgId'] },
      sk: { field: 'sk', composite: ['projectId', 'name'] },
    },
  },
});

export const Issue = new Entity({
  model: model('issue'),
  attributes: {
    orgId: reference,
    projectId: reference,
    number: issueNumber,
    title: { type: 'string', required: true, validate: /^.{1,200}$/ },
    text: { type: 'string', required: true, default: '' },
    status: { type: ['open', 'closed'] as const, required: true, default: 'open' },
    priority: { type: 'number', required: true, default: 3 },
    labels: { type: 'set', items: 'string' },
    assigneeId: { type: 'string' },
    due: { type: 'string', required: true, default: 'never' },
    version: { type: 'number', required: true, default: 1 },
  },
  indexes: {
    everything: {
      collection: 'everything',
      type: 'clustered',
      pk: { field: 'pk', composite: ['orgId'] },
      sk: { field: 'sk', composite: ['projectId', 'number'] },
    },
    board: {
      index: 'gsi1',
      pk: { field: 'gsi1pk', composite: ['projectId'] },
      sk: { field: 'gsi1sk', composite: ['status', 'number'] },
    },
    assigned: {
      index: 'gsi2',
      pk: { field: 'gsi2pk', composite: ['assigneeId'] },
      sk: { field: 'gsi2sk', composite: ['status', 'due'] },
    },
  },
});

export const Comment = new Entity({
  model: model('comment'),
  attributes: {
    orgId: reference,
    projectId: reference,
    number: issueNumber,
    createdAt,
    commentId: entityId,
    authorId: reference,
    text: { type: 'string', required: true },
  },
  indexes: {
    everything: {
      collection: 'everything',
      type: 'clustered',
      pk: { field: 'pk', composite: ['orgId'] },
      sk: { field: 'sk', composite: ['projectId', 'number', 'createdAt', 'commentId'] },
    },
  },
});

export const Attachment = new Entity({
  model: model('attachment'),
  attributes: {
    orgId: reference,
    projectId: reference,
    number: issueNumber,
    attachmentId: entityId,
    authorId: reference,
    name: { type: 'string', required: true },
    bytes: { type: 'number', required: true },
  },
  indexes: {
    everything: {
      collection: 'everything',
      type: 'clustered',
      pk: { field: 'pk', composite: ['orgId'] },
      sk: { field: 'sk', composite: ['projectId', 'number', 'attachmentId'] },
    },
  },
});

export const Audit = new Entity({
  model: model('audit'),
  attributes: {
    orgId: reference,
    createdAt,
    auditId: entityId,
    actorId: reference,
    action: reference,
    targetId: reference,
  },
  indexes: {
    everything: {
      collection: 'everything',
      type: 'clustered',
      pk: { field: 'pk', composite: ['orgId'] },
      sk: { field: 'sk', composite: ['createdAt', 'auditId'] },
    },
    history: {
      index: 'gsi1',
      pk: { field: 'gsi1pk', composite: ['targetId'] },
      sk: { field: 'gsi1sk', composite: ['createdAt'] },
    },
  },
});
