/**
 * The one way by which a request that changes something leaves: written down, signed, sent at most once, judged,
 * written down again. The same request under the same id is answered from the journal and not sent a second time.
 */
import type { JournalEntry } from '#contract/api.ts';
import type { ProductSymbol } from '#contract/brand.ts';
import type { Order } from '#contract/model.ts';
import { isCancel, isSameText, type Mutation, takesRiskAway } from '#contract/wire/mutation.ts';
import type { OrderRef } from '#contract/wire/requests.ts';
import type { ExchangeClock } from '../clock-offset.ts';
import { guardRefusal, type Refusal, refusal, refusalBody } from '../errors.ts';
import { type ExchangeClient, type HeaderLine, headersOf, type Outcome } from '../exchange-client.ts';
import type { Guard } from '../guard/guard.ts';
import type { Log } from '../log.ts';
import type { Purpose, RateBudget } from '../rate-budget.ts';
import { type Signer, unsigned } from '../sign.ts';
import type { Time } from '../time.ts';
import { unfitNow } from './in-the-way.ts';
import type { DatedWish, Journal, Wish } from './journal.ts';
import { JournalError } from './journal-store.ts';
import { judge } from './judge.ts';
import type { Resolver } from './resolver.ts';

/** How long a signature holds: a lost order cannot be accepted later than this. Seconds. */
const ORDER_EXPIRY_SEC = 10;
/** How long a stop waits for answers; what has none by then is looked up after the next start. */
const STOPPING_MS = 4_000;

export interface DeskNeeds {
  readonly client: ExchangeClient;
  readonly clock: ExchangeClock;
  readonly signer: Signer;
  readonly journal: Journal;
  readonly resolver: Resolver;
  readonly guard: Guard;
  /** As far as the private stream has told. */
  openOrder(symbol: ProductSymbol, ref: OrderRef): Order | undefined;
  readonly budget: RateBudget;
  readonly time: Time;
  readonly log: Log;
  readonly userAgent: string;
}

export type DeskAnswer =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly body: string;
      /** Of the exchange; absent where it is answered from the journal. */
      readonly headers?: readonly HeaderLine[];
      /** When it was received, and in ms after that: written down, sent, answered. Absent with the headers. */
      readonly timing?: readonly [receivedAtMs: number, journaled: number, sent: number, answered: number];
    }
  | { readonly kind: 'refused'; readonly refused: Refusal; readonly reason?: string };

export interface OrderDesk {
  submit(wish: Wish): Promise<DeskAnswer>;
  /** Where something that was asked for since the start has been taken, or may have been, or still may be. */
  touched(): readonly ProductSymbol[];
  /** What has been sent and not been answered yet. */
  underWay(): readonly Mutation[];
  /** Takes nothing more, and waits a while for what is under way. */
  close(): Promise<void>;
}

const refuse = (refused: Refusal, reason?: string): DeskAnswer => ({
  kind: 'refused',
  refused,
  ...(reason === undefined ? {} : { reason }),
});

const BUDGET_SPENT =
  'The rest of the exchange’s request budget is kept for cancels and reduce-only orders: wait a little.';

function purposeOf({ mutation, isUrgent = false, key }: Wish): Purpose {
  if (isUrgent) return 'cancel';
  if (isCancel(mutation)) return key === undefined ? 'cancel' : 'bot-cancel';
  if (takesRiskAway(mutation)) return 'reduce';
  return key === undefined ? 'open' : 'bot';
}

const SIGNED_BEFORE =
  'This very request was received before. Where it is meant a second time, sign it with another expiry.';

const targetOf = ({ path, query }: Wish['text']): string => (query === '' ? path : `${path}?${query}`);

/** The answer to a request that is in the journal already. */
function answerFrom({ state, answer }: JournalEntry): DeskAnswer {
  if (answer !== undefined) return { kind: 'answer', ...answer };
  return refuse(refusal(state === 'NOT_PLACED' ? 'NOT_PLACED' : 'OUTCOME_UNKNOWN'));
}

const inFlightKey = ({ mutation, requestID }: Wish): string | undefined =>
  requestID === undefined ? undefined : `${mutation.kind === 'place' ? 'order' : 'request'} ${requestID}`;

/** Signs at the first call; the others wait for that. */
function createSigning({ signer, guard }: DeskNeeds, wish: Wish, expirySec: number) {
  let signing: Promise<Readonly<Record<string, string>>> | undefined;
  return () => {
    if (signing !== undefined) return signing;
    const referencePrice = guard.markPrice(wish.mutation.symbol);
    signing = signer.headers({
      ...wish.text,
      expirySec,
      ...(referencePrice === undefined ? {} : { referencePrice }),
    });
    // Where it cannot be written down, nobody asks how signing went.
    signing.catch(() => {});
    return signing;
  };
}

/**
 * A bot's amendment of a moment ago says nothing about the same one now: an answer from the journal would be a lie. Its
 * placement is told apart by its `clOrdID`, as everybody's.
 */
const isRepeatable = ({ key, mutation }: Wish): boolean => key === undefined || mutation.kind === 'place';

function send(
  { client, userAgent }: DeskNeeds,
  { text }: Wish,
  signed: Readonly<Record<string, string>>,
): Promise<Outcome> {
  const { method, body } = text;
  return client.send('orders', {
    method,
    target: targetOf(text),
    headers: {
      accept: 'application/json',
      'user-agent': userAgent,
      ...(body === '' ? {} : { 'content-type': 'application/json' }),
      ...signed,
    },
    ...(body === '' ? {} : { body: Buffer.from(body, 'utf8') }),
  });
}

type Scrub = (text: string) => string;
interface Sent {
  readonly entry: JournalEntry;
  readonly mutation: Mutation;
}

/** One request that is not under way: from the journal to the exchange and back to the journal. */
function createSubmit(
  needs: DeskNeeds,
  underWay: () => readonly Mutation[],
): (wish: Wish) => Promise<DeskAnswer> {
  const { clock, signer, journal, resolver, guard, budget, time } = needs;

  const conclude = ({ entry, mutation }: Sent, outcome: Outcome, scrub: Scrub): DeskAnswer => {
    const { state, note, orderID } = judge(outcome);
    // The exchange's own words may repeat the key.
    const words = note === undefined ? {} : { note: scrub(note) };
    if (outcome.kind === 'answer' && (state === 'ACKED' || state === 'REJECTED')) {
      const { status } = outcome;
      const body = scrub(outcome.body.toString('utf8'));
      if (state === 'REJECTED') guard.forget(mutation);
      else guard.acknowledge(mutation, orderID);
      journal.change(entry, { state, ...words, answer: { status, body } });
      return { kind: 'answer', status, body, headers: headersOf(outcome, scrub) };
    }
    if (state === 'NOT_SENT') return notSent({ entry, mutation }, refusal('NOT_SENT'), note);
    resolver.watch(journal.change(entry, { state, ...words }));
    const isTimeout = outcome.kind === 'lost' && outcome.isTimeout;
    return refuse(refusal('OUTCOME_UNKNOWN', undefined, isTimeout ? 504 : 502), note);
  };
  const notSent = ({ entry, mutation }: Sent, refused: Refusal, note = refused.message): DeskAnswer => {
    const answer = { status: refused.status, body: refusalBody(refused) };
    guard.forget(mutation);
    journal.change(entry, { state: 'NOT_SENT', note, answer });
    return refuse(refused, note);
  };
  const unfit = (mutation: Mutation): Refusal | undefined => {
    const order = mutation.kind === 'amend' ? needs.openOrder(mutation.symbol, mutation.order) : undefined;
    const unfinished = [...underWay(), ...resolver.unresolved().map((one) => one.mutation)];
    return unfitNow(mutation, unfinished, order);
  };
  /** The entry to send for, or the answer where there is nothing to send. */
  const record = (wish: DatedWish, onPassed: () => void): JournalEntry | DeskAnswer => {
    try {
      const recorded = journal.record(wish, {
        // What takes nothing on is sent even when it cannot be written down.
        mayBeHeld: wish.isUrgent === true || isCancel(wish.mutation),
        unfit: () => unfit(wish.mutation),
        verdict: () => guard.check(wish.mutation, wish),
        onPassed,
      });
      if (recorded.kind === 'taken') return refuse(refusal('REQUEST_ID_TAKEN'));
      if (recorded.kind === 'unfit') return refuse(recorded.refused);
      if (recorded.kind === 'refused') return refuse(guardRefusal(recorded.guard));
      if (recorded.kind === 'new') return recorded.entry;
      return isRepeatable(wish)
        ? answerFrom(recorded.entry)
        : refuse(refusal('REQUEST_ID_TAKEN', SIGNED_BEFORE));
    } catch (error) {
      if (error instanceof JournalError) return refuse(refusal('JOURNAL'), error.message);
      throw error;
    }
  };

  return async (wish) => {
    const { mutation } = wish;
    const receivedAtMs = time.nowMs();
    const receivedMs = time.monoMs();
    const sinceReceived = () => time.monoMs() - receivedMs;
    if (!budget.has(purposeOf(wish), wish.text.path))
      return refuse(refusal('TOO_MANY_REQUESTS', BUDGET_SPENT));
    const nowMs = Math.floor(clock.nowMs());
    const signedAtMs = clock.offsetMs() === undefined ? undefined : nowMs;
    const expirySec = Math.floor(nowMs / 1000) + ORDER_EXPIRY_SEC;
    const signed = createSigning(needs, wish, expirySec);
    // The signer works while the disk does; not a byte leaves before both are done.
    const entry = record({ ...wish, expirySec, signedAtMs }, signed);
    if (!('seq' in entry)) return entry;
    const journaledMs = sinceReceived();
    let headers: Readonly<Record<string, string>>;
    try {
      headers = await signed();
    } catch (error) {
      return notSent({ entry, mutation }, unsigned(error));
    }
    // The kill switch may have been pulled while it was signed, or the key revoked.
    const stopped = guard.stoppedBy(mutation, wish.key);
    if (stopped !== undefined) return notSent({ entry, mutation }, guardRefusal(stopped));
    const sentMs = sinceReceived();
    const answering = send(needs, wish, headers);
    // Noted while it is on its way: whatever is on the disk as an intent counts as perhaps sent.
    const sending = journal.change(entry, { state: 'SENDING' });
    const outcome = await answering;
    const answeredMs = sinceReceived();
    const told = conclude({ entry: sending, mutation }, outcome, (text) => signer.scrub(text, headers));
    if (told.kind === 'refused') return told;
    return { ...told, timing: [receivedAtMs, journaledMs, sentMs, answeredMs] };
  };
}

/** A symbol that the exchange does not have is refused, and nobody has to look there ever after. */
const mayHaveBeenTaken = (told: DeskAnswer): boolean =>
  told.kind === 'answer'
    ? (JSON.parse(told.body) as { code?: unknown }).code === 0
    : told.refused.code === 'OUTCOME_UNKNOWN';

export function createOrderDesk(needs: DeskNeeds): OrderDesk {
  const { journal, resolver, time, log } = needs;
  const underWay = new Map<Promise<DeskAnswer>, Wish>();
  const mutationsUnderWay = () => [...underWay.values()].map(({ mutation }) => mutation);
  const submit = createSubmit(needs, mutationsUnderWay);
  const byKey = new Map<string, { wish: Wish; answer: Promise<DeskAnswer> }>();
  const touched = new Set<ProductSymbol>();
  let isClosing = false;

  const track = (wish: Wish, key: string | undefined): Promise<DeskAnswer> => {
    const answer = submit(wish);
    underWay.set(answer, wish);
    if (key !== undefined) byKey.set(key, { wish, answer });
    const forget = () => {
      underWay.delete(answer);
      if (key !== undefined) byKey.delete(key);
    };
    answer.then((told) => {
      if (mayHaveBeenTaken(told)) touched.add(wish.mutation.symbol);
      forget();
    }, forget);
    return answer;
  };

  journal.onLeftOver((entries) => {
    for (const entry of entries) {
      resolver.watch(
        entry.state === 'UNKNOWN'
          ? entry
          : journal.change(entry, { state: 'UNKNOWN', note: 'Perpdeck ended before the answer.' }),
      );
    }
    log.warn({ count: entries.length }, 'outcomes are unknown: looking them up');
  });

  return {
    submit(wish) {
      if (isClosing && !isCancel(wish.mutation)) {
        return Promise.resolve(refuse(refusal('NOT_SENT', 'Perpdeck is stopping: nothing was sent.', 503)));
      }
      const key = inFlightKey(wish);
      const same = key === undefined ? undefined : byKey.get(key);
      if (same === undefined) return track(wish, key);
      const isSame = isSameText(same.wish.text, wish.text) && isRepeatable(wish);
      return isSame ? same.answer : Promise.resolve(refuse(refusal('REQUEST_ID_TAKEN')));
    },
    touched: () => [...new Set([...touched, ...mutationsUnderWay().map(({ symbol }) => symbol)])],
    underWay: mutationsUnderWay,
    async close() {
      isClosing = true;
      let cancel = () => {};
      const patience = new Promise<void>((resolve) => {
        cancel = time.after(STOPPING_MS, resolve);
      });
      await Promise.race([Promise.allSettled(underWay.keys()), patience]);
      cancel();
    },
  };
}
