/** A text that follows something else stands still while the caret is in its field: what is typed next belongs to it. */
import { useState } from 'react';

export function useStill(followed: string) {
  const [still, setStill] = useState<string>();
  return {
    text: still ?? followed,
    onFocus: () => setStill(followed),
    onBlur: () => setStill(undefined),
    /** What was typed is what stands there now. */
    keep: setStill,
  };
}
