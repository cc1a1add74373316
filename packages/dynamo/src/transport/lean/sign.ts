import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto';

/** The part of the credentials that a signature needs. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** A POST without a query, to be signed. */
export interface Signable {
  /** The path in the canonical request: encoded once more than on the wire. */
  readonly canonicalPath: string;
  /** Names, in lower case and alphabetical order, each followed by its value; `host` and `x-amz-date` among them. */
  readonly headers: readonly string[];
  readonly body: string;
}

const algorithm = 'AWS4-HMAC-SHA256';
const hmac = (key: string | Buffer | KeyObject, text: string) => createHmac('sha256', key).update(text);

let knownSecond = Number.NaN;
let knownDate = '';

/** Returns a time in the form of `x-amz-date`, 20150830T123600Z. The last one is cached. */
export function amzDate(timeMs: number): string {
  const second = Math.floor(timeMs / 1000);
  if (second !== knownSecond) {
    knownDate = `${new Date(timeMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
    knownSecond = second;
  }
  return knownDate;
}

/** Returns the path of a URL for the canonical request: encoded once more, without empty parts. */
export const canonicalPath = (path: string): string =>
  encodeURIComponent(path.replaceAll(/\/{2,}/g, '/'))
    .replaceAll('%2F', '/')
    .replaceAll(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

/**
 * Returns a function that signs by AWS Signature Version 4 and returns the `authorization` header. It caches the key of the day and the
 * secret, so that a request costs two hashes and one HMAC. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
 */
export function signer(region: string, service: string) {
  let keyOf = '';
  let key: KeyObject;
  return ({ accessKeyId, secretAccessKey }: Credentials, date: string, request: Signable): string => {
    const day = date.slice(0, 8);
    const scope = `${day}/${region}/${service}/aws4_request`;
    if (keyOf !== day + secretAccessKey) {
      const parts = [day, region, service, 'aws4_request'];
      const derived = parts.reduce<string | Buffer>(
        (secret, part) => hmac(secret, part).digest(),
        `AWS4${secretAccessKey}`,
      );
      key = createSecretKey(derived as Buffer);
      keyOf = day + secretAccessKey;
    }
    let lines = '';
    let names = '';
    for (let i = 0; i < request.headers.length; i += 2) {
      lines += `${request.headers[i]}:${request.headers[i + 1]}\n`;
      names += `${names && ';'}${request.headers[i]}`;
    }
    const canonical = `POST\n${request.canonicalPath}\n\n${lines}\n${names}\n${hash('sha256', request.body)}`;
    const signature = hmac(key, `${algorithm}\n${date}\n${scope}\n${hash('sha256', canonical)}`).digest('hex');
    return `${algorithm} Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
  };
}
