import { expect, it } from 'vitest';
import { createHolders, createStay } from './bot-room.ts';

it('keeps room for who has yet to show a key, however many sockets keys have', () => {
  const holders = createHolders();
  const comeIn = () => {
    holders.makeRoom();
    return createStay({ makeRoom: () => {} }, holders.nobody);
  };
  const signIn = (key: string) => {
    const stay = comeIn();
    return { stay, isIn: stay.moveTo(holders.ofKey(key)) };
  };
  const first = signIn('a').stay;
  const others = ['a', 'a', 'a', 'a', 'a', 'a', 'a', ...Array(8).fill('b'), ...Array(8).fill('c')].map(
    signIn,
  );
  expect(others.map(({ isIn }) => isIn)).toEqual(Array(23).fill(true));
  expect(signIn('d').isIn).toBe(false);
  // There is a place for a newcomer, and with a key as soon as one is free.
  const waiting = comeIn();
  first.end();
  expect(waiting.moveTo(holders.ofKey('d'))).toBe(true);
  expect(comeIn().moveTo(holders.ofKey('a'))).toBe(false);
});
