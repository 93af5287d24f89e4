/**
 * The one way by which a request that changes something leaves: written down, signed, sent at most once, judged,
 * written down again. A cancel waits for no disk: it is written down while it is on its way. The same request under the
 * same id is answered from the journal and not sent a second time.
 */
import type { JournalEntry } from '#contract/api.ts';
import type { ProductSymbol } from '#contract/brand.ts';
import type { Order } from '#contract/model.ts';
import { readKeyRefusal } from '#contract/wire/key-refusal.ts';
import { isCancel, isSameText, type Mutation, takesRiskAway } from '#contract/wire/mutation.ts';
import type { OrderRef } from '#contract/wire/requests.ts';
import { guardRefusal, type Refusal, refusal, refusalBody } from '../door/errors.ts';
import type { ExchangeClock } from '../exchange/clock-offset.ts';
import {
  type ExchangeClient,
  type HeaderLine,
  headersOf,
  type Outcome,
} from '../exchange/exchange-client.ts';
import type { Purpose, RateBudget } from '../exchange/rate-budget.ts';
import { type SignedHeaders, type Signer, unsigned } from '../exchange/sign.ts';
import type { Guard } from '../guard/guard.ts';
import type { Time } from '../time.ts';
import type { Log } from '../watch/log.ts';
import { unfitNow } from './in-the-way.ts';
import type { DatedWish, Journal, Known, Recorded, Wish } from './journal.ts';
import { JournalError } from './journal-store.ts';
import { judge, usableBody } from './judge.ts';
import type { Resolver } from './resolver.ts';
import { createUnsent, type Unsent } from './unsent.ts';

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
  /** The exchange has said so. */
  onTaken(mutation: Mutation, signedAtMs: number | undefined): void;
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

const NOTHING_SENT = 'Of the last hundred requests nothing could be sent: ask once a second until it can.';

function purposeOf({ mutation, isUrgent = false, key }: Wish): Purpose {
  if (isUrgent) return 'cancel';
  if (isCancel(mutation)) return key === undefined ? 'cancel' : 'bot-cancel';
  if (takesRiskAway(mutation)) return 'reduce';
  return key === undefined ? 'open' : 'bot';
}

const SIGNED_BEFORE =
  'This very request was received before. Where it is meant a second time, sign it with another expiry.';

/**
 * With the product last, as the signer wants it: what is signed has no mark between query and expiry. The exchange does
 * not mind the order.
 */
function asSigned(wish: Wish): Wish {
  const pairs = wish.text.query.split('&');
  const isSymbol = (pair: string) => pair.startsWith('symbol=');
  const query = [...pairs.filter((pair) => !isSymbol(pair)), ...pairs.filter(isSymbol)].join('&');
  return { ...wish, text: { ...wish.text, query } };
}

const targetOf = ({ path, query }: Wish['text']): string => (query === '' ? path : `${path}?${query}`);

/** The answer to a request that is in the journal already. */
function answerFrom({ state, answer }: JournalEntry): DeskAnswer {
  if (answer !== undefined) return { kind: 'answer', ...answer };
  return refuse(refusal(state === 'NOT_PLACED' ? 'NOT_PLACED' : 'OUTCOME_UNKNOWN'));
}

const inFlightKey = ({ mutation, requestID }: Wish): string | undefined =>
  requestID === undefined ? undefined : `${mutation.kind === 'place' ? 'order' : 'request'} ${requestID}`;

/** @throws SignerError: nothing was signed. */
function sign(
  { signer, guard }: DeskNeeds,
  { mutation, text, expirySec }: DatedWish,
): Promise<SignedHeaders> {
  const referencePrice = guard.markPrice(mutation.symbol);
  return signer.headers({ ...text, expirySec, ...(referencePrice === undefined ? {} : { referencePrice }) });
}

/**
 * A bot's amendment of a moment ago says nothing about the same one now: an answer from the journal would be a lie. Its
 * placement is told apart by its `clOrdID`, as everybody's.
 */
const isRepeatable = ({ key, mutation }: Wish): boolean => key === undefined || mutation.kind === 'place';

function send({ client, userAgent }: DeskNeeds, { text }: Wish, signed: SignedHeaders): Promise<Outcome> {
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

interface Sent {
  readonly entry: JournalEntry;
  readonly mutation: Mutation;
}

function answerKnown(known: Known, wish: Wish): DeskAnswer {
  if (known.kind === 'taken') return refuse(refusal('REQUEST_ID_TAKEN'));
  return isRepeatable(wish) ? answerFrom(known.entry) : refuse(refusal('REQUEST_ID_TAKEN', SIGNED_BEFORE));
}

/** Signs at the first call; the others wait for that. */
function createSigning(needs: DeskNeeds, wish: DatedWish): () => Promise<SignedHeaders> {
  let signing: Promise<SignedHeaders> | undefined;
  return () => {
    if (signing !== undefined) return signing;
    signing = sign(needs, wish);
    // Where it cannot be written down, nobody asks how signing went.
    signing.catch(() => {});
    return signing;
  };
}

/** What an outcome leaves: in the journal, with who looks on, and for whoever asked. */
function createConclusion({ clock, signer, journal, resolver, guard, onTaken }: DeskNeeds, unsent: Unsent) {
  const conclude = ({ entry, mutation }: Sent, outcome: Outcome, signed: SignedHeaders): DeskAnswer => {
    const scrub = (text: string) => signer.scrub(text, signed);
    const { state, note, orderID } = judge(outcome, mutation);
    // The exchange's own words may repeat the key.
    const words = note === undefined ? {} : { note: scrub(note) };
    if (outcome.kind === 'answer' && (state === 'ACKED' || state === 'REJECTED')) {
      const { status } = outcome;
      if (status < 400) unsent.answered(entry.who);
      const body = scrub(outcome.body.toString('utf8'));
      if (state === 'ACKED') {
        guard.acknowledge(mutation, orderID);
        onTaken(mutation, entry.signedAtMs);
      } else {
        guard.forget(mutation);
        if (readKeyRefusal(usableBody(outcome)) === 'CLOCK') clock.doubt();
      }
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
    unsent.failed(entry.who);
    journal.change(entry, { state: 'NOT_SENT', note, answer });
    return refuse(refused, note);
  };
  return { conclude, notSent };
}

function createRecording(
  { journal, resolver, guard, openOrder }: DeskNeeds,
  underWay: () => readonly Mutation[],
) {
  const unfit = (mutation: Mutation): Refusal | undefined => {
    const order = mutation.kind === 'amend' ? openOrder(mutation.symbol, mutation.order) : undefined;
    const unfinished = [...underWay(), ...resolver.unresolved().map((one) => one.mutation)];
    return unfitNow(mutation, unfinished, order);
  };
  /** The entry to send for, or the answer where there is nothing to send. */
  return (wish: DatedWish, onPassed: () => void): (Recorded & { kind: 'new' }) | DeskAnswer => {
    try {
      const recorded = journal.record(wish, {
        mayBeHeld: wish.isUrgent === true,
        unfit: () => unfit(wish.mutation),
        verdict: () => guard.check(wish.mutation, wish),
        onPassed,
      });
      if (recorded.kind === 'unfit') return refuse(recorded.refused);
      if (recorded.kind === 'refused') return refuse(guardRefusal(recorded.guard));
      return recorded.kind === 'new' ? recorded : answerKnown(recorded, wish);
    } catch (error) {
      if (error instanceof JournalError) return refuse(refusal('JOURNAL'), error.message);
      throw error;
    }
  };
}

/** Of one request: when it was received, what has passed since, and who waits for it to leave. */
interface Watch {
  readonly receivedAtMs: number;
  passedMs(): number;
  onSent(): void;
}

/** One request that is not under way: from the journal to the exchange and back to the journal. */
function createSubmit(
  needs: DeskNeeds,
  underWay: () => readonly Mutation[],
): (wish: Wish) => Promise<DeskAnswer> {
  const { clock, journal, guard, budget, time } = needs;
  const unsent = createUnsent(time);
  const { conclude, notSent } = createConclusion(needs, unsent);
  const record = createRecording(needs, underWay);

  /** Not a byte leaves before it is on the disk. */
  const sendRecorded = async (
    wish: DatedWish,
    { receivedAtMs, passedMs, onSent }: Watch,
  ): Promise<DeskAnswer> => {
    const signed = createSigning(needs, wish);
    // The signer works while the disk does.
    const recorded = record(wish, signed);
    if (recorded.kind !== 'new') return recorded;
    const { entry, kept } = recorded;
    const { mutation } = wish;
    let headers: SignedHeaders;
    let journaledMs = 0;
    try {
      await kept;
      journaledMs = passedMs();
      headers = await signed();
    } catch (error) {
      return error instanceof JournalError
        ? notSent({ entry, mutation }, refusal('JOURNAL'), error.message)
        : notSent({ entry, mutation }, unsigned(error));
    }
    // The kill switch may have been pulled meanwhile, or the key revoked.
    const stopped = guard.stoppedBy(mutation, wish.key);
    if (stopped !== undefined) return notSent({ entry, mutation }, guardRefusal(stopped));
    const sentMs = passedMs();
    const answering = send(needs, wish, headers);
    onSent();
    // Noted while it is on its way: whatever is on the disk as an intent counts as perhaps sent.
    const sending = journal.change(entry, { state: 'SENDING' });
    const outcome = await answering;
    const timing = [receivedAtMs, journaledMs, sentMs, passedMs()] as const;
    return withTiming(conclude({ entry: sending, mutation }, outcome, headers), timing);
  };
  /** A cancel takes nothing on and may come twice: it waits for no disk, and is in the journal before its answer is told. */
  const sendAhead = async (
    wish: DatedWish,
    { receivedAtMs, passedMs, onSent }: Watch,
  ): Promise<DeskAnswer> => {
    const { mutation } = wish;
    const known = journal.known(wish);
    if (known !== undefined) return answerKnown(known, wish);
    // Always passes; that somebody has acted is noted.
    guard.check(mutation, wish);
    let headers: SignedHeaders;
    try {
      headers = await sign(needs, wish);
    } catch (error) {
      return notSent({ entry: journal.note(wish, 'INTENT'), mutation }, unsigned(error));
    }
    const sentMs = passedMs();
    const answering = send(needs, wish, headers);
    onSent();
    const sending = journal.note(wish, 'SENDING');
    const journaledMs = passedMs();
    const outcome = await answering;
    const timing = [receivedAtMs, journaledMs, sentMs, passedMs()] as const;
    return withTiming(conclude({ entry: sending, mutation }, outcome, headers), timing);
  };

  return async (wish) => {
    const receivedMs = time.monoMs();
    if (!unsent.mayTry(wish)) return refuse(refusal('TOO_MANY_REQUESTS', NOTHING_SENT));
    const giveBack = budget.reserve(purposeOf(wish), wish.text.path);
    if (giveBack === undefined) return refuse(refusal('TOO_MANY_REQUESTS', BUDGET_SPENT));
    const watch = {
      receivedAtMs: time.nowMs(),
      passedMs: () => time.monoMs() - receivedMs,
      onSent: giveBack,
    };
    const nowMs = Math.floor(clock.nowMs());
    const signedAtMs = clock.offsetMs() === undefined ? undefined : nowMs;
    const dated = { ...wish, signedAtMs, expirySec: Math.floor(nowMs / 1000) + ORDER_EXPIRY_SEC };
    return (isCancel(wish.mutation) ? sendAhead : sendRecorded)(dated, watch).finally(giveBack);
  };
}

const withTiming = (told: DeskAnswer, timing: readonly [number, number, number, number]): DeskAnswer =>
  told.kind === 'answer' ? { ...told, timing } : told;

/** A symbol that the exchange does not have is refused, and nobody has to look there ever after. */
const mayHaveBeenTaken = (told: DeskAnswer): boolean =>
  told.kind === 'answer'
    ? (JSON.parse(told.body) as { code?: unknown } | null)?.code === 0
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
      forget();
      if (mayHaveBeenTaken(told)) touched.add(wish.mutation.symbol);
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
    submit(asked) {
      const wish = asSigned(asked);
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
