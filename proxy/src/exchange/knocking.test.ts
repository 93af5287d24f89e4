import { expect, it } from 'vitest';
import { createManualTime } from '../../tests/manual-time.ts';
import { createSockets } from './knocking.ts';

it('market sockets that are refused without end hold up the account’s by nothing', () => {
  const time = createManualTime();
  let isBlocked = false;
  const { account, market } = createSockets({
    openSocket: (_url, _handshakeMs, { onLost }) => {
      onLost('answered with 429', { status: 429, pauseMs: 0 });
      return { send: () => {}, terminate: () => {} };
    },
    ...{ time, isBlocked: () => isBlocked, onTurnedAway: () => {} },
  });
  const open = ({ openSocket }: typeof market) =>
    openSocket('', 0, { onOpen: () => {}, onMessage: () => {}, onLost: () => {} });
  open(market);
  expect(market.mayOpen()).toBe(false);
  expect(account.mayOpen()).toBe(true);
  isBlocked = true;
  expect(account.mayOpen()).toBe(false);
  isBlocked = false;
  open(account);
  expect(account.mayOpen()).toBe(false);
  time.advance(20_000);
  expect([account.mayOpen(), market.mayOpen()]).toEqual([true, true]);
  expect([account.mayOpen(), market.mayOpen()]).toEqual([false, false]);
});
