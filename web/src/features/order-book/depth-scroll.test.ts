import { describe, expect, it } from 'vitest';
import { createDepthScroll } from './depth-scroll.ts';

const ROW_PX = 20;

describe('scrolling into the depth of the book', () => {
  it('moves each side for itself, a row for a row’s height, small steps added up', () => {
    const depth = createDepthScroll(ROW_PX, () => 21);
    expect(depth.scroll('Buy', 8)).toBe(false);
    expect(depth.scroll('Buy', 8)).toBe(true);
    expect(depth.skipped()).toEqual({ Buy: 1, Sell: 0 });
    depth.scroll('Sell', 100);
    expect(depth.skipped()).toEqual({ Buy: 1, Sell: 5 });
  });

  it('stops at the end of the window and at the spread, and turns at once', () => {
    const depth = createDepthScroll(ROW_PX, () => 3);
    depth.scroll('Buy', 5_000);
    expect(depth.skipped().Buy).toBe(3);
    depth.scroll('Buy', -ROW_PX);
    expect(depth.skipped().Buy).toBe(2);
    depth.scroll('Buy', -5_000);
    depth.scroll('Buy', ROW_PX);
    expect(depth.skipped().Buy).toBe(1);
  });

  it('gives way when more rows fit, and goes back to the best prices when asked', () => {
    let most = 10;
    const depth = createDepthScroll(ROW_PX, () => most);
    depth.scroll('Buy', 10 * ROW_PX);
    most = 4;
    expect(depth.skipped().Buy).toBe(4);
    depth.reset();
    expect(depth.skipped()).toEqual({ Buy: 0, Sell: 0 });
  });
});
