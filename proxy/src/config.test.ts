import { describe, expect, it } from 'vitest';
import { ConfigError, OPTIONS, readConfig, USAGE } from './config.ts';

const KEYS = { PERPDECK_API_KEY: 'key-1', PERPDECK_API_SECRET: 'secret-1' };
const complaint = (argv: readonly string[], env: NodeJS.ProcessEnv = {}) => {
  try {
    readConfig(argv, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error('was accepted');
};

describe('the configuration', () => {
  it.each(Object.keys(OPTIONS).filter((name) => name !== 'help'))('is explained: --%s', (name) => {
    expect(USAGE).toMatch(new RegExp(`--${name}\\b(?!-)`));
  });

  it('without a word is the embedded paper exchange on 8787', () => {
    expect(readConfig([], {})).toEqual({
      port: 8787,
      environment: 'paper',
      opensBrowser: true,
      seed: 1,
      exchange: undefined,
      credentials: undefined,
      socketsMax: undefined,
      environments: ['paper', 'testnet', 'mainnet'],
      account: undefined,
      passphraseFile: undefined,
      caps: {},
      lan: undefined,
      mainnetCaps: { orderValueMax: '100000', leverageMax: '50', ordersPerMinuteMax: 120 },
    });
  });

  it('names the exchange’s own hosts', () => {
    expect(readConfig(['--exchange', 'mainnet'], {}).exchange).toEqual({
      url: 'https://api.phemex.com',
      ws: 'wss://ws.phemex.com',
    });
    expect(readConfig(['--exchange', 'testnet'], {}).exchange).toEqual({
      url: 'https://testnet-api.phemex.com',
      ws: 'wss://testnet-api.phemex.com/ws',
    });
  });

  it('takes another exchange, whatever the environment', () => {
    const argv = ['--exchange-url', 'http://127.0.0.1:8788/', '--exchange-ws', 'ws://127.0.0.1:8788/ws'];
    for (const environment of ['paper', 'testnet', 'mainnet']) {
      expect(readConfig([...argv, '--exchange', environment], {}).exchange).toEqual({
        url: 'http://127.0.0.1:8788',
        ws: 'ws://127.0.0.1:8788/ws',
      });
    }
  });

  it('takes the keys out of the environment', () => {
    const env: NodeJS.ProcessEnv = { ...KEYS, PATH: '/bin' };
    const { credentials } = readConfig(['--exchange', 'testnet'], env);
    expect(env).toEqual({ PATH: '/bin' });
    expect(credentials?.apiKey).toBe('key-1');
    expect(credentials?.secret.toString()).toBe('secret-1');
  });

  it('hands the signer its hard caps', () => {
    const argv = ['--max-order-value', '25000', '--max-leverage', '10', '--max-orders-per-minute', '60'];
    expect(readConfig(argv, {}).caps).toEqual({
      orderValueMax: '25000',
      leverageMax: '10',
      ordersPerMinuteMax: 60,
    });
  });

  it('takes them out even when something else is wrong', () => {
    const env: NodeJS.ProcessEnv = { ...KEYS };
    complaint(['--port', 'x'], env);
    expect(env).toEqual({});
  });

  it.each([
    [['--port', '65536'], /--port must be a whole number/],
    [['--port', '1e3'], /--port/],
    [['--port', ''], /--port/],
    [['--exchange', 'live'], /--exchange must be one of paper, testnet, mainnet/],
    [['--seed', '-1'], /seed/],
    [['--exchange-url', 'http://127.0.0.1:1'], /go together/],
    [['--exchange-url', 'ftp://x', '--exchange-ws', 'ws://x'], /--exchange-url must be a URL/],
    [['--exchange-url', 'http://x', '--exchange-ws', 'http://x'], /--exchange-ws must be a URL/],
    [['--exchange-url', 'http://x', '--exchange-ws', 'ws://x/ws#1'], /--exchange-ws must be .* without a #/],
    [['--seed', '2147483648'], /--seed must be a whole number from 0 to 2147483647/],
    [['--prot', '1'], /Unknown option '--prot'/],
    [['--max-order-value', 'much'], /--max-order-value must be a positive number/],
    [['--max-leverage', '1e9'], /--max-leverage must be a positive number/],
    [['stray'], /stray/],
  ])('%j is one clear line', (argv, expected) => {
    expect(complaint(argv)).toMatch(expected);
    expect(complaint(argv)).not.toContain('\n');
  });

  it('[L7] refuses a debugger where there is real money, and nowhere else', () => {
    const on =
      (exchange: string, env: NodeJS.ProcessEnv, execArgv: string[] = []) =>
      () =>
        readConfig(['--exchange', exchange], env, execArgv);
    expect(on('mainnet', {}, ['--inspect=127.0.0.1:9229'])).toThrow(/does not run on mainnet/);
    expect(on('mainnet', { NODE_OPTIONS: '--inspect-brk' })).toThrow(/does not run on mainnet/);
    expect(on('mainnet', { NODE_OPTIONS: '--require ./x.js' })).toThrow(/NODE_OPTIONS/);
    expect(on('mainnet', { NODE_OPTIONS: '' }, ['--enable-source-maps'])).not.toThrow();
    expect(on('testnet', { NODE_OPTIONS: '--inspect' })().environments).toEqual(['paper', 'testnet']);
  });

  it('half a key is a mistake', () => {
    expect(complaint([], { PERPDECK_API_KEY: 'k' })).toMatch(/PERPDECK_API_SECRET is not/);
    expect(complaint([], { PERPDECK_API_SECRET: 's' })).toMatch(/PERPDECK_API_KEY is not/);
    expect(complaint([], { PERPDECK_API_KEY: 'k\r\nx: y', PERPDECK_API_SECRET: 's' })).toMatch(
      /not an API key/,
    );
  });
});
