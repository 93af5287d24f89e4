/** Over the whole width, for as long as something holds that changes what every order may do. */
import type { ReactNode } from 'react';
import controls from './controls.module.css';

export function NoticeBar(props: {
  readonly tone: 'down' | 'warn';
  readonly title: string;
  readonly text: string;
  /** How it ends, and what else can be done meanwhile. */
  readonly children: ReactNode;
}) {
  const { tone, title, text, children } = props;
  return (
    <div role="alert" className={controls.bar} data-tone={tone}>
      <strong>{title}</strong>
      <span>{text}</span>
      {children}
    </div>
  );
}
