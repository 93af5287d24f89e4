/** The course of one order: from the click to the private stream's word, and the id to name to the exchange's support. */
import { useState } from 'react';
import { useStore } from 'zustand';
import type { Order } from '#contract/model.ts';
import { connectionStore } from '../../exchange/connection.ts';
import { type OrderTrace, orderTraceStore } from '../../exchange/order-trace.ts';
import { formatClock } from '../../lib/time-format.ts';
import { Button } from '../../ui/button.tsx';
import { CrossIcon } from '../../ui/icons.tsx';
import { lookAtOrder, lookedAtOrderStore } from '../../workspace/looked-at-order.ts';
import styles from './order-timeline.module.css';
import { afterText, type Step, stepsOf } from './steps.ts';

const CHANGE_NAMES = { amend: 'Latest amendment', cancel: 'Cancel' } as const;

export function OrderTimeline() {
  const order = useStore(lookedAtOrderStore, (state) => state.order);
  const placed = useStore(orderTraceStore, ({ placements }) => order && placements.get(order.clOrdID));
  const changed = useStore(orderTraceStore, ({ changes }) => order && changes.get(order.orderID));
  if (order === undefined) return null;
  return (
    <section className={styles.timeline} aria-label="Order timeline">
      <div className={styles.courses}>
        <Course name={`${order.symbol} ${order.side.toLowerCase()}`} order={order} trace={placed} />
        {changed !== undefined && (
          <Course name={CHANGE_NAMES[changed.kind]} order={undefined} trace={changed} />
        )}
      </div>
      <span className={styles.ids}>
        <CopyButton name="Order id" text={order.orderID} />
        <Button kind="icon" label="Close the timeline" onClick={() => lookAtOrder(undefined)}>
          <CrossIcon />
        </Button>
      </span>
    </section>
  );
}

/** Of its placement (`order` tells the exchange's part where the page has no trace), or of a change. */
function Course(props: {
  readonly name: string;
  readonly order: Order | undefined;
  readonly trace: OrderTrace | undefined;
}) {
  const { name, order, trace } = props;
  const offsetMs = useStore(connectionStore, ({ status }) => status?.clockOffsetMs ?? 0);
  return (
    <div className={styles.course}>
      <h3 className={styles.title}>{name}</h3>
      <ol className={styles.steps}>
        {stepsOf(order, trace, offsetMs).map((step) => (
          <StepItem key={step.name} step={step} />
        ))}
      </ol>
      {trace === undefined && (
        <span className={styles.note}>Placed elsewhere, or before this page was loaded</span>
      )}
      {trace?.tracingID !== undefined && <CopyButton name="Tracing id" text={trace.tracingID} />}
    </div>
  );
}

const millis = (atMs: number): string => String(Math.floor(((atMs % 1000) + 1000) % 1000)).padStart(3, '0');

function StepItem({ step: { name, title, atMs, afterMs, clock } }: { readonly step: Step }) {
  return (
    <li className={styles.step} title={title}>
      <span className={styles.name}>{name}</span>
      <span className={styles.time}>
        {afterMs === undefined ? `${formatClock(atMs)}.${millis(atMs)}` : afterText({ afterMs, clock })}
      </span>
    </li>
  );
}

function CopyButton({ name, text }: { readonly name: string; readonly text: string }) {
  const [copied, setCopied] = useState<string>();
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(text);
  };
  return (
    <Button kind="quiet" label={`Copy ${name.toLowerCase()}`} title={text} onClick={() => void copy()}>
      {copied === text ? 'Copied' : name}
    </Button>
  );
}
