/**
 * Faults on demand: what an exchange and the way to it can do to a client, as values that a test (or the admin
 * endpoint) hands over. Times are milliseconds of the machine.
 */
import * as z from 'zod/mini';

const wholeFrom = (min: number) => z.int().check(z.minimum(min));

/** How many matching requests or messages it befalls; 1 unless said. */
const count = z.optional(wholeFrom(1));
/** Whether the request is carried out first; it is unless said. */
const executed = z.optional(z.boolean());

/** Which requests: every one that fits all that is said here. */
const requests = {
  /** e.g. "POST". */
  method: z.optional(z.string()),
  /** e.g. "/g-orders", without the query. */
  path: z.optional(z.string()),
  /** The name of the account whose key the request bears. */
  account: z.optional(z.string()),
  count,
};

/** Which messages on which sockets. */
const messages = {
  /** e.g. "aop_p", or "answers" for what a request on the socket is answered (pongs too). Absent: everything. */
  stream: z.optional(z.string()),
  /** The name of the account that the socket is signed in to. */
  account: z.optional(z.string()),
};

/** 5xx and the like, and what is said with it. */
const status = wholeFrom(400).check(z.maximum(599));

export const faultSchema = z.discriminatedUnion('kind', [
  /** The connection is reset. */
  z.strictObject({ kind: z.literal('drop'), ...requests, executed }),
  /** The answer (or, with `executed` false, the execution too) comes this much later. */
  z.strictObject({ kind: z.literal('delay'), ...requests, executed, ms: wholeFrom(1) }),
  /** No answer, ever; the connection stays open. */
  z.strictObject({ kind: z.literal('lose'), ...requests, executed }),
  /** An error of the gateway's: HTML, or `body` as it is given. */
  z.strictObject({ kind: z.literal('error'), ...requests, executed, status, body: z.optional(z.string()) }),
  /** 429, not executed. */
  z.strictObject({
    kind: z.literal('too-many-requests'),
    ...requests,
    retryAfterSec: z.optional(wholeFrom(1)),
  }),
  /** The same answer twice on the connection. */
  z.strictObject({ kind: z.literal('duplicate-answer'), ...requests }),
  /** Half of the answer, then the connection ends. */
  z.strictObject({ kind: z.literal('truncate'), ...requests }),

  /** Open sockets are cut now, without a goodbye. */
  z.strictObject({ kind: z.literal('drop-socket'), account: z.optional(z.string()) }),
  /** A new socket is refused with this status; 503 unless said. */
  z.strictObject({ kind: z.literal('refuse-socket'), count, status: z.optional(status) }),
  /** The message is sent twice. */
  z.strictObject({ kind: z.literal('duplicate-message'), ...messages, count }),
  /** The message is not sent: a gap in the sequence. */
  z.strictObject({ kind: z.literal('lose-message'), ...messages, count }),
  /** Messages wait until this is lifted, then come all at once; without `stream` pings go unanswered too. */
  z.strictObject({ kind: z.literal('silence'), ...messages }),
  /** One message in this many ms on each socket, in order; the rest waits. */
  z.strictObject({ kind: z.literal('slow'), ...messages, everyMs: wholeFrom(1) }),

  /** The door's clock is ahead by this much (behind if negative): server time, expiry of requests and sign-ins. */
  z.strictObject({ kind: z.literal('clock-skew'), ms: z.int() }),
  /** Every request and every new socket is answered 503, open sockets are closed (1012). */
  z.strictObject({ kind: z.literal('maintenance') }),
]);

export type Fault = z.output<typeof faultSchema>;
export type FaultKind = Fault['kind'];
export type FaultOf<Kind extends FaultKind> = Extract<Fault, { kind: Kind }>;

export type RestFault = FaultOf<
  'drop' | 'delay' | 'lose' | 'error' | 'too-many-requests' | 'duplicate-answer' | 'truncate'
>;
export type MessageFault = FaultOf<'duplicate-message' | 'lose-message' | 'silence' | 'slow'>;

const REST_KINDS: ReadonlySet<FaultKind> = new Set<RestFault['kind']>([
  'drop',
  'delay',
  'lose',
  'error',
  'too-many-requests',
  'duplicate-answer',
  'truncate',
]);
const MESSAGE_KINDS: ReadonlySet<FaultKind> = new Set<MessageFault['kind']>([
  'duplicate-message',
  'lose-message',
  'silence',
  'slow',
]);

export const isRestFault = (fault: Fault): fault is RestFault => REST_KINDS.has(fault.kind);
export const isMessageFault = (fault: Fault): fault is MessageFault => MESSAGE_KINDS.has(fault.kind);

/** How often it strikes before it is over; undefined for what lasts until it is lifted. */
export function strikesOf(fault: Fault): number | undefined {
  switch (fault.kind) {
    case 'silence':
    case 'slow':
    case 'clock-skew':
    case 'maintenance':
      return undefined;
    case 'drop-socket':
      return 0;
    default:
      return fault.count ?? 1;
  }
}
