import { Entity } from 'electrodb';
import { createdAt, email, entityId, expiresAfter, model, reference } from './schema.js';

export const Organisation = new Entity({
  model: model('organisation'),
  attributes: {
    orgId: entityId,
    name: { type: 'string', required: true, validate: /^.{1,100}$/ },
    slug: { type: 'string', required: true, validate: /^[a-z][a-z0-9-]{1,30}$/ },
    admins: { type: 'number', required: true, default: 1 },
  },
  indexes: {
    everything: {
      collection: 'everything',
      type: 'clustered',
      pk: { field: 'pk', composite: ['orgId'] },
      sk: { field: 'sk', composite: [] },
    },
  },
});

export const Member = new Entity({
  model: model('member'),
  attributes: {
    orgId: reference,
    memberId: entityId,
    email,
    name: { type: 'string', required: true, validate: /^.{1,100}$/ },
    role: { type: ['admin', 'member'] as const, required: true, default: 'member' },
  },
  indexes: {
    everything: {
      collection: 'everything',
      type: 'clustered',
      pk: { field: 'pk', composite: ['orgId'] },
      sk: { field: 'sk', composite: ['memberId'] },
    },
    person: {
      collection: 'person',
      index: 'gsi1',
      pk: { field: 'gsi1pk', composite: ['email'] },
      sk: { field: 'gsi1sk', composite: ['orgId'] },
    },
  },
});

export const Invitation = new Entity({
  model: model('invitation'),
  attributes: { orgId: reference, invitationId: entityId, email, expiresAt: expiresAfter(7) },
  indexes: {
    everything: {
      collection: 'everything',
      type: 'clustered',
      pk: { field: 'pk', composite: ['orgId'] },
      sk: { field: 'sk', composite: ['invitationId'] },
    },
    person: {
      collection: 'person',
      index: 'gsi1',
      pk: { field: 'gsi1pk', composite: ['email'] },
      sk: { field: 'gsi1sk', composite: ['orgId'] },
    },
  },
});

export const Session = new Entity({
  model: model('session'),
  attributes: { sessionId: entityId, orgId: reference, memberId: reference, createdAt, expiresAt: expiresAfter(30) },
  indexes: {
    session: { pk: { field: 'pk', composite: ['sessionId'] }, sk: { field: 'sk', composite: [] } },
    byMember: {
      index: 'gsi1',
      pk: { field: 'gsi1pk', composite: ['memberId'] },
      sk: { field: 'gsi1sk', composite: ['createdAt'] },
    },
  },
});

/** Holds a unique value: ElectroDB's recipe for uniqueness is an entity of its own, written in the same transaction. */
export const Claim = new Entity({
  model: model('claim'),
  attributes: {
    what: reference,
    value: reference,
    ownerId: { type: 'string', required: true },
    expiresAt: { type: 'number' },
  },
  indexes: { claim: { pk: { field: 'pk', composite: ['what', 'value'] }, sk: { field: 'sk', composite: [] } } },
});
