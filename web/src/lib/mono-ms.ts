/** Rises evenly, whatever this computer's clock is set to: periods are measured by it. Milliseconds. */
export const monoMs = (): number => performance.now();
