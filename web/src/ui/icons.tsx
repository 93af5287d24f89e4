/** The few pictures the screen needs. Decorative: the control around one carries its name. */
import type { ReactNode } from 'react';

function Icon({ children }: { readonly children: ReactNode }) {
  return (
    <svg
      width="14"
      height="14"
      viewBox="0 0 14 14"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.4"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {children}
    </svg>
  );
}

export const CrossIcon = () => (
  <Icon>
    <path d="M3.5 3.5l7 7m0-7l-7 7" />
  </Icon>
);
export const PencilIcon = () => (
  <Icon>
    <path d="M2.5 11.5l.6-2.6 6-6 2 2-6 6-2.6.6z" />
  </Icon>
);
export const ChevronIcon = () => (
  <Icon>
    <path d="M4 5.5l3 3 3-3" />
  </Icon>
);
export const UpIcon = () => (
  <Icon>
    <path d="M4.5 8.5L7 6l2.5 2.5" />
  </Icon>
);
export const DownIcon = () => (
  <Icon>
    <path d="M4.5 6L7 8.5 9.5 6" />
  </Icon>
);
export const FlipIcon = () => (
  <Icon>
    <path d="M4.5 11.5v-9m0 0L2.5 4.5m2-2l2 2M9.5 2.5v9m0 0l-2-2m2 2l2-2" />
  </Icon>
);
export const ClockIcon = () => (
  <Icon>
    <circle cx="7" cy="7" r="4.8" />
    <path d="M7 4.5V7l1.8 1.4" />
  </Icon>
);
export const WarningIcon = () => (
  <Icon>
    <path d="M7 2.2L12.4 11.6H1.6zM7 5.6v2.8M7 10v.1" />
  </Icon>
);
export const LeaveIcon = () => (
  <Icon>
    <path d="M8.5 4V2.5h-6v9h6V10M6 7h6m-2-2l2 2-2 2" />
  </Icon>
);

/** Two candles: the mark of Perpdeck. */
export const LogoMark = () => (
  <svg
    width="18"
    height="18"
    viewBox="0 0 20 20"
    fill="none"
    stroke="currentColor"
    strokeWidth="1.6"
    aria-hidden="true"
  >
    <path d="M6 2v4m0 8v4M14 2v3m0 7v6" />
    <rect x="3.5" y="6" width="5" height="8" rx="0.8" />
    <rect x="11.5" y="5" width="5" height="7" rx="0.8" fill="currentColor" />
  </svg>
);
export const EyeIcon = () => (
  <Icon>
    <path d="M1.5 7s2-3.5 5.5-3.5S12.5 7 12.5 7s-2 3.5-5.5 3.5S1.5 7 1.5 7z" />
    <circle cx="7" cy="7" r="1.5" />
  </Icon>
);
export const HiddenIcon = () => (
  <Icon>
    <path d="M1.5 7s2-3.5 5.5-3.5S12.5 7 12.5 7s-2 3.5-5.5 3.5S1.5 7 1.5 7zM3 11.5l8-9" />
  </Icon>
);
