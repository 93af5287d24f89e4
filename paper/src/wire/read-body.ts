/** The body of a request, and no more of it than anybody has a reason to send. */
import type { IncomingMessage } from 'node:http';

const BODY_BYTES_MAX = 64 * 1024;

/** As text, or undefined when it is too large. */
export async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_BYTES_MAX) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
