/** What Perpdeck's own API answers a panel: asked once when it is shown, told anew with each thing done there. */
import { useEffect, useState } from 'react';
import type { Result } from '#contract/result.ts';
import { type Fault, faultSentence } from '../exchange/rest.ts';

export interface PanelAnswer<T> {
  /** The last good one: it stays on the screen beside a problem. */
  readonly value: T | undefined;
  /** Why the latest was none. */
  readonly problem: string | undefined;
  /** The answer to something done on the panel; whether it was good. */
  readonly take: (answer: Result<T, Fault>) => boolean;
}

export function useAnswer<T>(fetch: () => Promise<Result<T, Fault>>): PanelAnswer<T> {
  const [value, setValue] = useState<T>();
  const [problem, setProblem] = useState<string>();
  const take = (answer: Result<T, Fault>): boolean => {
    setProblem(answer.ok ? undefined : faultSentence(answer.problem));
    if (answer.ok) setValue(answer.value);
    return answer.ok;
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it is shown.
  useEffect(() => {
    void fetch().then(take);
  }, []);
  return { value, problem, take };
}
