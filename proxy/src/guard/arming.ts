/**
 * Whether the page may open anything with real money. Disarmed at every start, after a crash too; armed by a person, and
 * disarmed again ten minutes after that person's last request or soon after the last page was closed. Milliseconds.
 */
import type { ArmingState } from '#contract/status.ts';
import { type Moment, momentNow, passedSinceMs, type Time } from '../time.ts';
import type { Log } from '../watch/log.ts';

const IDLE_MS = 10 * 60_000;
/** A page that is loaded anew is away for a moment. */
const ALONE_MS = 30_000;
const LOOK_MS = 1_000;

/** How somebody proves that they may arm. */
export interface ArmingProof {
  readonly needsPassphrase: boolean;
  /** `box` is what the page sealed. @throws SignerError: it stays as it is. */
  check(box: string | undefined): Promise<void>;
}

export interface ArmingNeeds {
  /** undefined: nobody has to arm, for it is play money. */
  readonly proof: ArmingProof | undefined;
  readonly time: Time;
  readonly log: Log;
  /** Pages that are open. */
  pages(): number;
  onChange(): void;
}

export interface Arming {
  isArmed(): boolean;
  /** undefined: nobody has to arm. */
  state(): ArmingState | undefined;
  /** @throws what the proof throws. */
  arm(box: string | undefined): Promise<void>;
  disarm(why: string): void;
  /** A person has asked for something. */
  touch(): void;
  stop(): void;
}

export function createArming({ proof, time, log, pages, onChange }: ArmingNeeds): Arming {
  let isArmed = false;
  let touchedAt: Moment = { wallMs: 0, monoMs: 0 };
  let seenAtMs = 0;

  const isIdle = () => passedSinceMs(touchedAt, time) >= IDLE_MS;
  const isOn = () => isArmed && !isIdle();
  const setTouched = () => {
    touchedAt = momentNow(time);
  };
  const disarm = (why: string) => {
    if (!isArmed) return;
    isArmed = false;
    log.warn({ why }, 'trading was disarmed');
    onChange();
  };
  const stop = time.every(LOOK_MS, () => {
    if (!isArmed) return;
    if (pages() > 0) seenAtMs = time.monoMs();
    if (isIdle()) disarm('nobody has traded for ten minutes');
    else if (time.monoMs() - seenAtMs >= ALONE_MS) disarm('no page is open');
  });
  return {
    isArmed: () => proof === undefined || isOn(),
    state() {
      if (proof === undefined) return undefined;
      if (isOn()) return { at: 'armed', untilMs: touchedAt.wallMs + IDLE_MS };
      return { at: 'disarmed', needsPassphrase: proof.needsPassphrase };
    },
    async arm(box) {
      await proof?.check(box);
      isArmed = true;
      seenAtMs = time.monoMs();
      setTouched();
      log.warn('trading was armed');
      onChange();
    },
    disarm,
    touch() {
      if (isOn()) setTouched();
    },
    stop,
  };
}
