/** Faults of one REST request, carried out on its answer and its connection. */
import { STATUS_CODES } from 'node:http';
import type { Clock } from '../clock.ts';
import type { RestFault } from './fault.ts';

/** One request that a fault befalls, as the REST server hands it over. */
export interface FaultedTurn<Answered> {
  /** Carries the request out; called once at most. */
  readonly execute: () => Answered;
  readonly send: (answer: Answered) => void;
  /** Sends the answer, then its bytes once more. */
  readonly sendTwice: (answer: Answered) => void;
  /** Sends half of the answer and ends the connection. */
  readonly sendHalf: (answer: Answered) => void;
  /** An answer that nothing was carried out for. */
  readonly refuse: (reply: GatewayReply) => Answered;
  readonly tooMany: (retryAfterSec: number) => Answered;
  /** Resets the connection. */
  readonly drop: () => void;
}

export interface GatewayReply {
  readonly status: number;
  readonly body: string;
}

/** As a gateway in front of the exchange says it: a page, not JSON. */
export function gatewayPage(status: number): GatewayReply {
  const title = `${status} ${STATUS_CODES[status] ?? 'Error'}`;
  return {
    status,
    body: `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`,
  };
}

/** Once, `ms` of this clock's time from now. */
function after(clock: Clock, ms: number, run: () => void): void {
  const stop = clock.every(ms, () => {
    stop();
    run();
  });
}

/** Does to `turn` what the fault says, instead of answering it. */
export function strikeRequest<Answered>(fault: RestFault, turn: FaultedTurn<Answered>, clock: Clock): void {
  switch (fault.kind) {
    case 'drop':
      if (fault.executed !== false) turn.execute();
      turn.drop();
      return;
    case 'delay': {
      const early = fault.executed !== false ? turn.execute() : undefined;
      after(clock, fault.ms, () => turn.send(early ?? turn.execute()));
      return;
    }
    case 'lose':
      if (fault.executed !== false) turn.execute();
      return;
    case 'error': {
      if (fault.executed !== false) turn.execute();
      const { status, body } = fault;
      turn.send(turn.refuse(body === undefined ? gatewayPage(status) : { status, body }));
      return;
    }
    case 'too-many-requests':
      turn.send(turn.tooMany(fault.retryAfterSec ?? 1));
      return;
    case 'duplicate-answer':
      turn.sendTwice(turn.execute());
      return;
    case 'truncate':
      turn.sendHalf(turn.execute());
      return;
  }
}
