/** Short news for the trader that belongs to no one panel: fills, rejections, what went wrong. Newest last. */
import { createStore } from 'zustand/vanilla';

export type NoticeTone = 'buy' | 'sell' | 'problem' | 'plain';

export interface Notice {
  readonly id: number;
  readonly tone: NoticeTone;
  readonly title: string;
  readonly text: string;
  /** What can be done about it, while it is shown. */
  readonly action?: { readonly label: string; run(): void };
}

/** More than these would cover the screen: the oldest gives way. */
const NOTICES_MAX = 4;
/** Long enough to read two lines; a problem stays longer. */
const SHOWN_MS = 5_000;
const PROBLEM_SHOWN_MS = 12_000;
/** What waits for a decision. */
const QUESTION_SHOWN_MS = 30_000;

export const noticeStore = createStore<{ notices: readonly Notice[] }>(() => ({ notices: [] }));

let lastId = 0;

export function dismissNotice(id: number): void {
  noticeStore.setState(({ notices }) => ({ notices: notices.filter((notice) => notice.id !== id) }));
}

export function notify(notice: Omit<Notice, 'id'>): void {
  lastId += 1;
  const id = lastId;
  noticeStore.setState(({ notices }) => ({
    notices: [...notices, { ...notice, id }].slice(-NOTICES_MAX),
  }));
  const shownMs = notice.tone === 'problem' ? PROBLEM_SHOWN_MS : SHOWN_MS;
  setTimeout(() => dismissNotice(id), notice.action === undefined ? shownMs : QUESTION_SHOWN_MS);
}
