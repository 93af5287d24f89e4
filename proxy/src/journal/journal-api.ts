/** The journal over HTTP: what became of one order; everything it holds, or everything from a sequence on, as JSON lines. */
import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { PlacementOutcome } from '#contract/outcome.ts';
import { refusal } from '../door/errors.ts';
import { sendJson, sendRefusal } from '../door/replies.ts';
import type { Journal } from './journal.ts';

const FROM = /^from=(\d{1,15})$/;
const ID = /^id=([\w-]{1,40})$/;

/** undefined without a key. */
export function registerJournalApi(
  app: FastifyInstance,
  journal: () => Pick<Journal, 'lines' | 'placement'> | undefined,
): void {
  app.get('/api/outcome', { config: { audience: 'api', isOfAccount: true } }, (request, reply) => {
    const id = ID.exec((request.raw.url ?? '').split('?')[1] ?? '')?.[1];
    if (id === undefined) return sendRefusal(reply, refusal('BAD_REQUEST'));
    const current = journal();
    if (current === undefined) return sendRefusal(reply, refusal('NO_KEY'));
    const entry = current.placement(id);
    if (entry === undefined) return sendRefusal(reply, refusal('JOURNAL'));
    if (entry === 'none') return sendJson(reply, { state: 'NONE' } satisfies PlacementOutcome);
    const { state, note } = entry;
    return sendJson(reply, { state, ...(note && { note }) } satisfies PlacementOutcome);
  });
  app.get('/api/journal', { config: { audience: 'api' } }, (request, reply) => {
    const [, query = 'from=0'] = (request.raw.url ?? '').split('?');
    const from = FROM.exec(query)?.[1];
    if (from === undefined) return sendRefusal(reply, refusal('BAD_REQUEST'));
    const current = journal();
    if (current === undefined) return sendRefusal(reply, refusal('NO_KEY'));
    return reply
      .header('content-type', 'application/x-ndjson')
      .header('content-disposition', 'attachment; filename="perpdeck-journal.jsonl"')
      .send(Readable.from(current.lines(Number(from))));
  });
}
