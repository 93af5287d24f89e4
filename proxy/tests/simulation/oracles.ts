/**
 * What must hold whatever happens: the ten of SECURITY.md 3.2, by number. I1, I2, I6 and I8 are asked of each request as
 * it leaves, I9 of each message to a tab, the others in the end.
 */
import type { JournalEntry } from '#contract/api.ts';
import type { ExchangeCall } from '../../src/exchange/exchange-client.ts';
import type { Wish } from '../../src/journal/journal.ts';
import { openJournalStore } from '../../src/journal/journal-store.ts';
import type { DeskAnswer } from '../../src/journal/order-desk.ts';
import { type Disk, requestText } from './disk.ts';
import type { Door } from './exchange-door.ts';
import type { Asked } from './trader.ts';
import { createVerdicts } from './verdicts.ts';

export interface Oracles {
  onSend(call: ExchangeCall): void;
  /** What had no answer has an outcome. */
  onResolved(entry: JournalEntry): void;
  /** The trader has an answer. */
  onTold(wish: Wish, answer: DeskAnswer): void;
  /** Output of any kind: nothing secret may be in it. */
  onOutput(text: string): void;
  onFault(what: string): void;
  /** The kill switch was pulled and has returned, or was armed again. */
  setHalted(isHalted: boolean): void;
  checkJournal(entries: readonly JournalEntry[], asked: readonly Asked[]): void;
  checkLimits(): void;
  /** Outcomes that nobody can tell. */
  untold(): number;
  readonly faults: readonly string[];
}

export interface OraclesNeeds {
  readonly disk: Disk;
  readonly door: Door;
  readonly secrets: readonly string[];
  worldMs(): number;
}

const NOT_FINAL = new Set<JournalEntry['state']>(['INTENT', 'SENDING', 'UNKNOWN']);
const FAULTS_MAX = 20;
const SIGNATURE = /\b[0-9a-f]{64}\b/;

const isOpening = (text: string): boolean =>
  text.startsWith('PUT /g-orders/replace') ||
  (text.startsWith('POST /g-orders') && !text.includes('"reduceOnly":true'));
/** Waits for no disk, and may be sent again. */
const isCancel = (text: string): boolean => text.startsWith('DELETE');
/** Sent even when it cannot be written down. */
const mayBeHeld = (text: string): boolean => isCancel(text) || text.includes('"pd-kill-');
const isSuccess = (body: string): boolean => body.startsWith('{"code":0') && !/"bizError":[1-9]/.test(body);

export function createOracles({ disk, door, secrets, worldMs }: OraclesNeeds): Oracles {
  const faults: string[] = [];
  const sent = new Map<string, number>();
  const sentUnwritten = new Map<string, number>();
  let isHalted = false;
  const onFault = (what: string) => {
    if (faults.length < FAULTS_MAX) faults.push(what);
  };
  const verdicts = createVerdicts({ door, worldMs, onFault });
  const executed = () => {
    const counts = new Map<string, number>();
    for (const { clOrdID } of door.engine.orders.values())
      counts.set(clOrdID, (counts.get(clOrdID) ?? 0) + 1);
    return counts;
  };
  /** An amendment of an order that can only make a position smaller. */
  const reduces = (query: string) => {
    const asked = new URLSearchParams(query);
    const ids = [asked.get('orderID'), asked.get('origClOrdID')];
    return [...door.engine.orders.values()].some(
      ({ orderID, clOrdID, reduceOnly }) => reduceOnly && (ids.includes(orderID) || ids.includes(clOrdID)),
    );
  };
  const checkPlaced = ({ state, requestID = '' }: JournalEntry, times: number) => {
    if (times > 1) onFault(`I1: ${requestID} was carried out ${times} times`);
    if ((state === 'ACKED') !== (times === 1))
      onFault(`I4: ${requestID} is ${state} and was carried out ${times} times`);
  };

  return {
    faults,
    onFault,
    setHalted(next) {
      isHalted = next;
    },
    onResolved: verdicts.onResolved,
    untold: verdicts.untold,
    onSend({ method, target, headers, body }) {
      if (method === 'GET') return;
      verdicts.onSend({ method, target, headers, body: body?.toString('utf8') ?? '' });
      const [path = '', query = ''] = target.split('?');
      const text = requestText({ method, path, query, body: body?.toString('utf8') ?? '' });
      const times = (sent.get(text) ?? 0) + 1;
      sent.set(text, times);
      if (mayBeHeld(text) && disk.isFailing()) sentUnwritten.set(text, (sentUnwritten.get(text) ?? 0) + 1);
      const { durable } = disk.rows(text);
      if (!isCancel(text) && durable + (sentUnwritten.get(text) ?? 0) < times) {
        onFault(
          `${durable === 0 ? 'I2: sent before it was on the disk' : 'I1: sent a second time'}: ${text}`,
        );
      }
      if (isHalted && isOpening(text) && !reduces(query)) onFault(`I6: sent after the halt: ${text}`);
    },
    onTold({ text }, { kind }) {
      const request = requestText(text);
      if (!isCancel(request) || kind !== 'answer' || sentUnwritten.has(request)) return;
      if (disk.rows(request).written === 0) onFault(`I2: told before it was written down: ${request}`);
    },
    onOutput(text) {
      if (secrets.some((secret) => text.includes(secret)) || SIGNATURE.test(text)) {
        onFault(`I7: a secret in ${text.slice(0, 200)}`);
      }
    },
    checkJournal(entries, asked) {
      const done = executed();
      const known = new Set<string>();
      for (const entry of entries) {
        // What takes risk away may be signed by a clock that nobody could compare yet; nothing else is.
        const opens = isOpening(requestText(entry.request)) && !reduces(entry.request.query);
        const mayStillArrive = !opens && (entry.expirySec ?? 0) * 1000 > door.nowMs() - 40_000;
        if (NOT_FINAL.has(entry.state) && !mayStillArrive && !verdicts.isUntold(entry))
          onFault(`I3: ${entry.seq} ${entry.kind} is still ${entry.state}`);
        if (entry.kind !== 'place' || entry.requestID === undefined) continue;
        if (known.has(entry.requestID)) onFault(`I1: two entries for ${entry.requestID}`);
        known.add(entry.requestID);
        checkPlaced(entry, done.get(entry.requestID) ?? 0);
      }
      verdicts.check(entries);
      for (const [clOrdID] of done) {
        if (clOrdID.startsWith('t-') && !known.has(clOrdID))
          onFault(`I2: nothing in the journal of ${clOrdID}`);
      }
      for (const { wish, answers } of asked) {
        const isToldSuccess = answers.some((answer) => answer?.kind === 'answer' && isSuccess(answer.body));
        const isPlaced = wish.mutation.kind === 'place';
        if (isPlaced && isToldSuccess && !done.has(wish.mutation.clOrdID)) {
          onFault(`I4: the trader was told that ${wish.mutation.clOrdID} is placed, and it is not`);
        }
      }
      const replayed = openJournalStore('a replay', disk.replay).page(0, 10_000);
      if (JSON.stringify(replayed) !== JSON.stringify(entries))
        onFault('I10: the journal read anew is another one');
    },
    checkLimits() {
      for (const overrun of door.overruns) onFault(`I5: over the exchange’s limit with ${overrun}`);
      for (const long of door.longLived) onFault(`I2: signed for too long: ${long}`);
    },
  };
}
