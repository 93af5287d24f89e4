/** Where Perpdeck keeps what must survive a restart. */

export interface Machine {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: string;
  /** The user's own folder. */
  readonly home: string;
}

/** PERPDECK_DATA_DIR, or the platform's own place for it: the parts of a path, which the platform joins in its way. */
export function dataDirParts({ env, platform, home }: Machine): readonly [string, ...string[]] {
  const chosen = env.PERPDECK_DATA_DIR;
  if (chosen !== undefined && chosen !== '') return [chosen];
  if (platform === 'darwin') return [home, 'Library', 'Application Support', 'perpdeck'];
  if (platform === 'win32') return [env.LOCALAPPDATA ?? home, 'perpdeck'];
  return env.XDG_DATA_HOME === undefined
    ? [home, '.local', 'share', 'perpdeck']
    : [env.XDG_DATA_HOME, 'perpdeck'];
}
