// A DynamoDB client as lean as can be: undici and SigV4 by hand. The signing key is kept for the day and the date for the second, so that a
// call costs two SHA-256 and one HMAC. No retries, no deadlines, no session tokens: for the reference server only.
import { createHmac, createSecretKey, hash } from 'node:crypto';
import { Pool } from 'undici';

const signed = 'content-type;host;x-amz-date;x-amz-target';
const contentType = 'application/x-amz-json-1.0';
const region = 'us-east-1';
const hmac = (key, text) => createHmac('sha256', key).update(text);

function signer(host) {
  let second = 0;
  let day = '';
  let date = '';
  let scope = '';
  let key;
  const tick = (now) => {
    second = now;
    date = new Date(now * 1000).toISOString().replaceAll(/[-:]|\.\d+/g, '');
    if (date.slice(0, 8) === day) return;
    day = date.slice(0, 8);
    scope = `${day}/${region}/dynamodb/aws4_request`;
    const parts = [day, region, 'dynamodb', 'aws4_request'];
    key = createSecretKey(parts.reduce((secret, part) => hmac(secret, part).digest(), 'AWS4fake'));
  };
  return (target, body) => {
    const now = Math.floor(Date.now() / 1000);
    if (now !== second) tick(now);
    const headers = `content-type:${contentType}\nhost:${host}\nx-amz-date:${date}\nx-amz-target:${target}`;
    const canonical = `POST\n/\n\n${headers}\n\n${signed}\n${hash('sha256', body)}`;
    const text = `AWS4-HMAC-SHA256\n${date}\n${scope}\n${hash('sha256', canonical)}`;
    const signature = hmac(key, text).digest('hex');
    return {
      'content-type': contentType,
      'x-amz-date': date,
      'x-amz-target': target,
      authorization: `AWS4-HMAC-SHA256 Credential=fake/${scope}, SignedHeaders=${signed}, Signature=${signature}`,
    };
  };
}

/** Makes `call(operation, body)`, which resolves to the parsed answer. */
export function leanDynamo(endpoint) {
  const pool = new Pool(endpoint, { connections: 128 });
  const sign = signer(new URL(endpoint).host);
  return (operation, body) =>
    new Promise((resolve, reject) => {
      const chunks = [];
      let status;
      const headers = sign(`DynamoDB_20120810.${operation}`, body);
      pool.dispatch(
        { method: 'POST', path: '/', headers, body },
        {
          onConnect() {},
          onHeaders(code) {
            status = code;
            return true;
          },
          onData(chunk) {
            chunks.push(chunk);
            return true;
          },
          onComplete() {
            const answer = JSON.parse(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks));
            if (status === 200) resolve(answer);
            else reject(Object.assign(new Error(answer.message), { name: answer.__type?.split('#').at(-1) }));
          },
          onError: reject,
        },
      );
    });
}
