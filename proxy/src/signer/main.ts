/**
 * The signer's process: keys live here and nowhere else, beside no third-party code. It is spoken to by its parent
 * alone and ends with it. Its environment is empty, its core dumps hold no memory, no debugger is let in.
 */
import { keepOutOfCoreDumps } from '../core-dumps.ts';
import { VaultError } from '../vault/vault-error.ts';
import {
  type SignerAnswer,
  SignerError,
  type SignerErrorCode,
  type SignerQuestion,
  type SignerReady,
  type SignerStart,
} from './protocol.ts';
import { createSigningDesk } from './signing-desk.ts';

process.title = 'perpdeck-signer';
process.umask(0o077);
// The parent decides when we stop; a signal to the whole terminal is not meant for us.
for (const signal of ['SIGINT', 'SIGHUP', 'SIGUSR1'] as const) process.on(signal, () => {});
process.on('disconnect', () => process.exit(0));
keepOutOfCoreDumps();

const { send } = process;
if (send === undefined) {
  console.error('The signer is started by Perpdeck, not by hand.');
  process.exit(1);
}
const say = send.bind(process) as (message: SignerAnswer | SignerReady) => void;

process.once('message', (message) => {
  const { kind: _kind, ...given } = message as SignerStart;
  const desk = createSigningDesk({ ...given, nowMs: Date.now });
  process.on('message', (question) => {
    const { number, command } = question as SignerQuestion;
    desk.handle(command).then(
      (value) => say({ number, value }),
      (error: unknown) => say({ number, error: explain(error) }),
    );
  });
  say({ kind: 'ready', sealTo: desk.sealTo });
});

/** Only our own words leave: another error's message might quote what it failed on. */
function explain(error: unknown): { code: SignerErrorCode; message: string } {
  if (error instanceof SignerError || error instanceof VaultError)
    return { code: error.code, message: error.message };
  return { code: 'MALFORMED', message: 'The signer could not do this.' };
}
