import { type BaseModel, DynamoModel, generateUUID, inspect } from '@aws-starter-kit/dynamo';
import type { RawItem } from '../../../test/older-table.js';

export interface Voucher extends BaseModel {
  code: string;
  title?: string;
  expiresAt?: number;
}

/** An entity that expires, with a unique value. It does not declare the attributes that its index key is made of. */
export class VoucherModel extends DynamoModel<Voucher> {
  protected getEntityName() {
    return 'Voucher';
  }
  protected generateId() {
    return generateUUID();
  }
  protected setGSIKeys(voucher: Voucher) {
    voucher.pk1 = 'VOUCHER';
    voucher.sk1 = `TITLE#${voucher.title ?? 'none'}`;
  }
  protected override uniqueAttributes() {
    return ['code'] as const;
  }
  protected override ttlAttribute() {
    return 'expiresAt' as const;
  }
}

class DeclaredVoucherModel extends VoucherModel {
  protected override indexedAttributes() {
    return ['title'] as const;
  }
}

export const vouchers = [{ stores: inspect(new VoucherModel()) }];
export const declaredVouchers = [{ stores: inspect(new DeclaredVoucherModel()) }];

/** A voucher as the model stores it. */
export const voucher = (id: string, code: string, more: Record<string, unknown> = {}): RawItem => ({
  id: `VOUCHER#${id}`,
  code,
  version: 1,
  createdAt: '2024-03-01T10:00:00.000Z',
  pk1: 'VOUCHER',
  sk1: `TITLE#${more.title ?? 'none'}`,
  ...more,
});

export const voucherClaimId = (code: string) => `UNIQUE#VOUCHER#code#${code}`;

/** The claim of a voucher on its code, which expires with it unless another time is given. */
export function voucherClaim({ id, code, expiresAt }: RawItem, at: unknown = expiresAt): RawItem {
  return { id: voucherClaimId(String(code)), ownerId: id, ...(at !== undefined && at !== null && { expiresAt: at }) };
}
