// A user as the reference servers store and answer it.
import { randomUUID } from 'node:crypto';

/** A new user as it is stored; GSI1 finds it by address, GSI2 by time of creation. */
export function newItem({ email, name }) {
  const createdAt = new Date().toISOString();
  const keys = { pk1: 'USER', sk1: `EMAIL#${email}`, pk2: 'USER', sk2: `CREATED#${createdAt}` };
  return { id: `USER#${randomUUID()}`, email, name, createdAt, ...keys };
}

/** The item that reserves an address; it is put in the same transaction. */
export const claimItem = (item) => ({ id: `EMAIL#${item.email}`, userId: item.id });

export const toUser = ({ id, email, name, createdAt }) => ({ id, email, name, createdAt });

export const userId = /^USER#[0-9a-f-]{36}$/;
