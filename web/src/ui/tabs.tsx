/** A row of tabs. Arrow keys move along it; the panel is the owner's to draw, under `panelID`. */
import { type KeyboardEvent, useRef } from 'react';
import styles from './controls.module.css';

export interface TabsProps<T extends string> {
  readonly label: string;
  readonly tabs: readonly { readonly id: T; readonly label: string; readonly count?: number }[];
  readonly chosen: T;
  readonly panelID: string;
  readonly onChoose: (id: T) => void;
}

export const tabID = (panelID: string, id: string): string => `${panelID}-${id}`;

export function Tabs<T extends string>({ label, tabs, chosen, panelID, onChoose }: TabsProps<T>) {
  const list = useRef<HTMLDivElement>(null);
  const onKeyDown = ({ key }: KeyboardEvent) => {
    const step = key === 'ArrowRight' ? 1 : key === 'ArrowLeft' ? -1 : 0;
    const at = tabs.findIndex(({ id }) => id === chosen);
    const next = tabs[(at + step + tabs.length) % tabs.length];
    if (step === 0 || next === undefined) return;
    onChoose(next.id);
    list.current?.querySelector<HTMLElement>(`#${CSS.escape(tabID(panelID, next.id))}`)?.focus();
  };
  return (
    <div ref={list} role="tablist" aria-label={label} className={styles.tabs} onKeyDown={onKeyDown}>
      {tabs.map((tab) => (
        <button
          key={tab.id}
          id={tabID(panelID, tab.id)}
          type="button"
          role="tab"
          className={styles.tab}
          aria-selected={tab.id === chosen}
          aria-controls={panelID}
          tabIndex={tab.id === chosen ? 0 : -1}
          onClick={() => onChoose(tab.id)}
        >
          {tab.count === undefined || tab.count === 0 ? tab.label : `${tab.label} (${tab.count})`}
        </button>
      ))}
    </div>
  );
}
