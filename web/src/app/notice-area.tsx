/** News that comes by itself, read out politely; where it lies is for the screen to say. */
import { useStore } from 'zustand';
import { Button } from '../ui/button.tsx';
import { CrossIcon } from '../ui/icons.tsx';
import { dismissNotice, noticeStore } from '../workspace/notices.ts';
import styles from './notice-area.module.css';

export function NoticeArea() {
  const notices = useStore(noticeStore, (state) => state.notices);
  return (
    <ul className={styles.area} aria-live="polite" aria-label="Notices">
      {notices.map(({ id, tone, title, text, action, before }) => (
        <li key={id} className={styles.notice} data-tone={tone}>
          <div className={styles.words}>
            <strong>{title}</strong>
            <span>
              {text}
              {before !== undefined && `, and ${before} ${before === 1 ? 'fill' : 'fills'} before it`}
            </span>
          </div>
          {action !== undefined && (
            <Button
              onClick={() => {
                dismissNotice(id);
                action.run();
              }}
            >
              {action.label}
            </Button>
          )}
          <Button kind="icon" label="Dismiss" onClick={() => dismissNotice(id)}>
            <CrossIcon />
          </Button>
        </li>
      ))}
    </ul>
  );
}
