import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { momentText, shownDate, TICK, tickText, weightAfter } from './time-axis.ts';

const MINUTE = 60;
const DAY = 86_400;
const sec = (iso: string) => Date.parse(iso) / 1000;

describe('the time axis in New York', () => {
  const zoneBefore = process.env.TZ;
  beforeAll(() => {
    process.env.TZ = 'America/New_York';
  });
  afterAll(() => {
    process.env.TZ = zoneBefore;
  });

  it('labels minutes with the local clock and daily candles with their UTC date', () => {
    expect(momentText(sec('2026-11-23T02:05:00Z'), MINUTE)).toBe('22 Nov 21:05');
    expect(momentText(sec('2026-11-23T00:00:00Z'), DAY)).toBe('23 Nov 2026');
    expect(tickText(sec('2026-11-23T05:00:00Z'), MINUTE, TICK.day)).toBe('23 Nov');
    expect(tickText(sec('2026-11-23T00:00:00Z'), DAY, TICK.month)).toBe('Nov');
    expect(tickText(sec('2027-01-01T05:00:00Z'), MINUTE, TICK.year)).toBe('2027');
  });

  const weight = (before: string, after: string, resolutionSec: number) =>
    weightAfter(shownDate(sec(before), resolutionSec), shownDate(sec(after), resolutionSec));

  it('begins a day at local midnight, not at UTC midnight', () => {
    expect(weight('2026-11-23T04:59:00Z', '2026-11-23T05:00:00Z', MINUTE)).toBe(50);
    expect(weight('2026-11-22T23:59:00Z', '2026-11-23T00:00:00Z', MINUTE)).toBe(30);
    expect(weight('2026-11-22T00:00:00Z', '2026-11-23T00:00:00Z', DAY)).toBe(50);
  });

  it('ranks years over months over days over hours over minutes', () => {
    const ranks = [
      weight('2026-12-31T12:00:00Z', '2027-01-01T12:00:00Z', MINUTE),
      weight('2026-10-31T12:00:00Z', '2026-11-01T12:00:00Z', MINUTE),
      weight('2026-11-10T12:00:00Z', '2026-11-11T12:00:00Z', MINUTE),
      weight('2026-11-10T16:59:00Z', '2026-11-10T17:00:00Z', MINUTE),
      weight('2026-11-10T12:59:00Z', '2026-11-10T13:00:00Z', MINUTE),
      weight('2026-11-10T12:04:00Z', '2026-11-10T12:05:00Z', MINUTE),
      weight('2026-11-10T12:05:00Z', '2026-11-10T12:06:00Z', MINUTE),
    ];
    expect(ranks).toEqual([70, 60, 50, 33, 30, 21, 20]);
  });

  it('keeps the hour that clocks repeat as two different hours', () => {
    const first = sec('2026-11-01T05:30:00Z');
    const second = sec('2026-11-01T06:30:00Z');
    expect(momentText(first, MINUTE)).toBe(momentText(second, MINUTE));
    expect(first).not.toBe(second);
  });
});
