import { describe, expect, it } from 'vitest';
import { malformed, refused } from '../result.ts';
import { problemSentence, refusalName, refusalSentence } from './error-codes.ts';

describe('a refusal', () => {
  it.each([
    [
      11001,
      'TE: no enough available balance',
      'Not enough available balance for this order: make it smaller, or free some margin.',
    ],
    [
      20004,
      'TE_ERR_INCONSISTENT_POS_MODE',
      'This does not fit the position mode of the symbol (one-way or hedged), which only changes while the symbol has no position and no open orders.',
    ],
    [101, '', 'The post-only order would have traded at once, so it was canceled.'],
  ])('%i is told in a sentence', (code, message, sentence) => {
    expect(refusalSentence(code, message)).toBe(sentence);
  });

  it.each([
    [
      10500,
      'API Signature verification failed.',
      'The exchange refused the signature: the API secret does not belong to the key.',
    ],
    [
      401,
      '401 Request Expired at 1618547919',
      'The exchange says the request came too late: check that the clock of this computer is right.',
    ],
    [401, '401 Insufficient privilege.', 'The API key may not do this: it lacks the permission.'],
    [401, '401 Request IP mismatch.', 'The API key is bound to another IP address.'],
    [401, '401 Failed to load API KEY.', 'The exchange does not know this API key.'],
    [10500, 'Api key not found 806066b0', 'The exchange does not know this API key.'],
    [10500, 'Missing required parameter', 'The request lacks something the exchange needs.'],
    [10500, 'Something new', 'The exchange refused the API key or the request.'],
  ])('%i is told by its text, %j, where one code means many things', (code, message, sentence) => {
    expect(refusalSentence(code, message)).toBe(sentence);
  });

  it('that is not known yet keeps the words of the exchange', () => {
    expect(refusalSentence(11999, 'TE_SOMETHING_NEW')).toBe(
      'The exchange refused: Something new (code 11999).',
    );
    expect(refusalSentence(11999, 'TE: something else')).toBe(
      'The exchange refused: Something else (code 11999).',
    );
    expect(refusalSentence(11999, '')).toBe('The exchange refused (code 11999).');
  });

  it('has the name the exchange gives it', () => {
    expect(refusalName(10002)).toBe('OM_ORDER_NOT_FOUND');
    expect(refusalName(1)).toBeUndefined();
  });
});

describe('a problem', () => {
  it('is one sentence, of either kind', () => {
    expect(problemSentence(refused(10002, '').problem)).toBe(
      'The order is not open any more: it was filled, canceled or never reached the exchange.',
    );
    expect(
      problemSentence(malformed('data.positions[3].side', 'expected one of Buy, Sell, got 7').problem),
    ).toBe(
      'The exchange answered something unexpected at data.positions[3].side: expected one of Buy, Sell, got 7.',
    );
  });
});
