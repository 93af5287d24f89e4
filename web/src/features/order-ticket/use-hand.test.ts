import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { watchHand } from './use-hand.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A ticket with one field, and what is told of the hand at it. */
function testbed() {
  const screen = { hasCaret: false, hasFocus: true, isThere: false };
  const place = Object.assign(new EventTarget(), {
    ownerDocument: { hasFocus: () => screen.hasFocus },
    querySelector: (selector: string) => (selector === 'input:focus' && screen.hasCaret ? {} : null),
  });
  watchHand(place as unknown as HTMLElement, 'input', (isThere) => {
    screen.isThere = isThere;
  });
  const move = (kind: string) => place.dispatchEvent(new Event(kind));
  const isThereAfter = (seconds: number) => {
    vi.advanceTimersByTime(seconds * 1_000);
    return screen.isThere;
  };
  return { screen, move, isThereAfter };
}

describe('a hand at the ticket', () => {
  it('is there from its first movement until ten seconds after its last', () => {
    const { move, isThereAfter } = testbed();
    expect(isThereAfter(0)).toBe(false);
    move('pointermove');
    expect(isThereAfter(9)).toBe(true);
    move('keydown');
    expect(isThereAfter(9)).toBe(true);
    expect(isThereAfter(2)).toBe(false);
  });

  it('stays for as long as it may take to edit a text, and is gone after that with the caret left behind', () => {
    const { screen, move, isThereAfter } = testbed();
    screen.hasCaret = true;
    move('focusin');
    expect(isThereAfter(115)).toBe(true);
    move('keydown');
    expect(isThereAfter(115)).toBe(true);
    expect(isThereAfter(20)).toBe(false);
  });

  it('is gone with the focus of the window, and back with it', () => {
    const { screen, move, isThereAfter } = testbed();
    screen.hasCaret = true;
    move('focusin');
    screen.hasFocus = false;
    expect(isThereAfter(11)).toBe(false);
    screen.hasFocus = true;
    move('focusin');
    expect(isThereAfter(60)).toBe(true);
  });
});
