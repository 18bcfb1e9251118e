import { describe, expect, test } from '@jest/globals';
import { authenticate } from './scram.js';

// The exchange of RFC 7677, section 3.
const nonce = 'rOprNGfwEbeRWgbNEkqO';
const challenge = 'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096';
const proof = 'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=';
const verifier = 'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=';

function exchange(sent: string[], answers: string[]): (message: string) => Promise<string> {
  return (message) => {
    sent.push(message);
    return Promise.resolve(answers.shift() ?? '');
  };
}

describe('SCRAM-SHA-256', () => {
  test('says what the standard’s example says', async () => {
    const sent: string[] = [];
    await authenticate('user', 'pencil', exchange(sent, [challenge, verifier]), nonce);
    expect(sent).toEqual([`n,,n=user,r=${nonce}`, proof]);
  });

  test('a server that does not know the password is refused', async () => {
    const impostor = exchange([], [challenge, `v=${Buffer.alloc(32).toString('base64')}`]);
    await expect(authenticate('user', 'pencil', impostor, nonce)).rejects.toThrow('could not prove');
  });

  test.each([
    ['another nonce', challenge.replace(nonce, 'somebodyElse')],
    ['too few iterations', challenge.replace('4096', '10')],
    ['a flood of iterations', challenge.replace('4096', '100000000')],
  ])('a challenge with %s is refused', async (_, bad) => {
    await expect(authenticate('user', 'pencil', exchange([], [bad]), nonce)).rejects.toThrow('invalid challenge');
  });
});
