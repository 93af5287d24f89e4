/** The end of a table that goes on: more rows come when it is scrolled into view, or on a press. */
import { useEffect, useRef } from 'react';
import { Button } from './button.tsx';
import table from './data-table.module.css';

interface OlderRowsProps {
  /** Rows so far: once there are more, the end is somewhere else, and may be in view again. */
  readonly rows: number;
  /** Absent while nothing more can be had. */
  readonly onMore?: (() => void) | undefined;
  readonly text?: string;
  /** Why some are missing. */
  readonly problem?: string | undefined;
  readonly onRetry?: () => void;
}

export function OlderRows({ rows, onMore, text = 'Show older', problem, onRetry }: OlderRowsProps) {
  const end = useRef<HTMLDivElement>(null);
  const more = useRef(onMore);
  more.current = onMore;
  const isOn = onMore !== undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another number of rows is another place.
  useEffect(() => {
    if (!isOn || end.current === null) return;
    const observer = new IntersectionObserver((entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) more.current?.();
    });
    observer.observe(end.current);
    return () => observer.disconnect();
  }, [isOn, rows]);
  if (!isOn && problem === undefined) return null;
  return (
    <div ref={end} className={table.more}>
      {problem !== undefined && <span className={table.problem}>Some are missing: {problem}</span>}
      {problem !== undefined && onRetry !== undefined && <Button onClick={onRetry}>Try again</Button>}
      {isOn && (
        <Button kind="quiet" onClick={onMore}>
          {text}
        </Button>
      )}
    </div>
  );
}
