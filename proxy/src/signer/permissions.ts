/**
 * What Node itself lets the signer do: read its own program and the passphrase file, read and write the vault, and
 * nothing else: no other file, no child process, no thread, no native module. Node has no such limit for the network
 * before version 25.
 */
import { resolve } from 'node:path';

export interface Permitted {
  readonly vaultFolder?: string;
  readonly passphraseFile?: string;
}

/** Where the process turns off what would be written of its memory. */
const CORE_FILTER = '/proc/self/coredump_filter';
/** The first version in which it is more than an experiment. */
const STABLE_SINCE = 24;

export function permissionFlags(
  program: string,
  { vaultFolder, passphraseFile }: Permitted,
): readonly string[] {
  const isStable = Number(process.versions.node.split('.')[0]) >= STABLE_SINCE;
  // One pattern for the folder and what is in it: Node 20 does not bear two that begin alike.
  const vault = vaultFolder === undefined ? [] : [`${resolve(vaultFolder)}*`];
  const passphrase = passphraseFile === undefined ? [] : [resolve(passphraseFile)];
  return [
    isStable ? '--permission' : '--experimental-permission',
    '--disable-warning=ExperimentalWarning',
    ...[resolve(program), ...vault, ...passphrase].map((path) => `--allow-fs-read=${path}`),
    ...[...vault, CORE_FILTER].map((path) => `--allow-fs-write=${path}`),
  ];
}
