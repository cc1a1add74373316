/**
 * Returns why a request must not reach the engine, given its request line and headers, or undefined if it may. The
 * engines allow every origin and check no signature, so without this any page in a browser could read and write the
 * data.
 * @param {string} head
 * @returns {string | undefined}
 */
export function rejectionOf(head) {
  const [requestLine = '', ...lines] = head.split('\r\n');
  const headers = new Map(lines.map(parseHeader));
  if (headers.has('origin')) return 'This DynamoDB for development accepts no requests from web pages.';
  const host = headers.get('host') ?? '';
  // a page whose own host name resolves to this machine (DNS rebinding) sends that name
  if (!isThisMachine(host)) return `This DynamoDB for development does not answer for the host ${host.slice(0, 100)}.`;
  // a page can send other requests without an Origin, such as that of an image, but none with this header
  if (!requestLine.startsWith('POST ') || !headers.has('x-amz-target'))
    return 'This is a DynamoDB for development: it answers requests of an AWS SDK only.';
  return undefined;
}

/** @param {string} line @returns {[string, string]} */
function parseHeader(line) {
  const colon = line.indexOf(':');
  return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
}

/** An IP address cannot be the name of another machine. @param {string} host */
function isThisMachine(host) {
  return /^((.+\.)?localhost|\d+(\.\d+){3}|\[[\da-f:.]+\])(:\d+)?$/i.test(host);
}
