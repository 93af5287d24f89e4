import { describe, expect, it } from 'vitest';
import { afterText, stepsOf } from './steps.ts';

const order = { actionAtMs: 5_010, transactAtMs: 5_012 };

describe('the course of an order', () => {
  it('is told on the page’s own clock, each step after the one before', () => {
    const trace = { sentAtMs: 1_000, answeredAtMs: 1_020, told: { atMs: 1_018, ...order } };
    expect(stepsOf(order, trace, 4_000).map(({ name, afterMs }) => [name, afterMs])).toEqual([
      ['Sent', undefined],
      ['Accepted', 10],
      ['In the engine', 2],
      ['Told', 6],
      ['Answered', 2],
    ]);
  });

  it('goes from the click through Perpdeck, by what Perpdeck says it took', () => {
    const trace = {
      clickedAtMs: 996,
      sentAtMs: 1_000,
      answeredAtMs: 1_020,
      proxy: { receivedAtMs: 1_002, journaledMs: 1, sentMs: 2, answeredMs: 16 },
      told: { atMs: 1_018, ...order },
    };
    expect(stepsOf(order, trace, 4_000).map(({ name, afterMs }) => [name, afterMs])).toEqual([
      ['Click', undefined],
      ['Sent', 4],
      ['Received', 2],
      ['Journaled', 1],
      ['Forwarded', 1],
      ['Accepted', 6],
      ['In the engine', 2],
      ['Told', 6],
      ['Answered', 2],
    ]);
  });

  it('puts Perpdeck’s part between sending and the answer where its clock is another', () => {
    const proxy = { journaledMs: 1, sentMs: 2, answeredMs: 16 };
    const received = (receivedAtMs: number) => {
      const trace = { sentAtMs: 1_000, answeredAtMs: 1_020, proxy: { ...proxy, receivedAtMs } };
      return stepsOf(order, trace, 4_000).find(({ name }) => name === 'Received')?.atMs;
    };
    expect([received(5), received(9_000)]).toEqual([1_000, 1_004]);
  });

  it('of a change knows nothing of the exchange’s part before it is told', () => {
    const trace = { sentAtMs: 1_000, answeredAtMs: 1_020 };
    expect(stepsOf(undefined, trace, 4_000).map(({ name }) => name)).toEqual(['Sent', 'Answered']);
  });

  it('keeps the times of its beginning, whatever happened to it since', () => {
    const trace = { sentAtMs: 1_000, told: { atMs: 1_018, ...order } };
    const later = { actionAtMs: 9_000, transactAtMs: 9_999 };
    expect(stepsOf(later, trace, 4_000)[1]).toMatchObject({ name: 'Accepted', atMs: 1_010 });
  });

  it('begins with the click even where the clocks are off', () => {
    const trace = { sentAtMs: 1_000, told: { atMs: 1_018, ...order } };
    expect(stepsOf(order, trace, 4_015).map(({ name }) => name)[0]).toBe('Sent');
    const words = stepsOf(order, trace, 4_015).flatMap(({ afterMs, clock }) =>
      afterMs === undefined ? [] : [afterText({ afterMs, clock })],
    );
    expect(words).toEqual(['by the exchange’s clock, ±5.0 ms', '+2.0 ms', '+21.0 ms']);
    expect(stepsOf({ actionAtMs: 9, transactAtMs: 7 }, undefined, 0).map(({ name }) => name)[0]).toBe(
      'Accepted',
    );
  });

  it('is the exchange’s part alone for an order placed elsewhere', () => {
    expect(stepsOf(order, undefined, 0).map(({ name }) => name)).toEqual(['Accepted', 'In the engine']);
  });
});
