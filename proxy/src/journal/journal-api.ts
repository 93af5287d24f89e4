/** The journal over HTTP: everything it holds, or everything from a sequence on, as JSON lines. */
import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { refusal } from '../door/errors.ts';
import { sendRefusal } from '../door/replies.ts';

const FROM = /^from=(\d{1,15})$/;

export function registerJournalApi(
  app: FastifyInstance,
  lines: () => ((fromSeq: number) => Iterable<string>) | undefined,
): void {
  app.get('/api/journal', { config: { audience: 'api' } }, (request, reply) => {
    const [, query = 'from=0'] = (request.raw.url ?? '').split('?');
    const from = FROM.exec(query)?.[1];
    if (from === undefined) return sendRefusal(reply, refusal('BAD_REQUEST'));
    const read = lines();
    if (read === undefined) return sendRefusal(reply, refusal('NO_KEY'));
    return reply
      .header('content-type', 'application/x-ndjson')
      .header('content-disposition', 'attachment; filename="perpdeck-journal.jsonl"')
      .send(Readable.from(read(Number(from))));
  });
}
