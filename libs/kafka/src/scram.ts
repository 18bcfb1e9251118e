import { createHash, createHmac, pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify(pbkdf2);

const hmac = (key: Buffer, text: string | Buffer): Buffer => createHmac('sha256', key).update(text).digest();

function attributes(message: string): Map<string, string> {
  return new Map(message.split(',').map((part) => [part.slice(0, 1), part.slice(2)]));
}

/** The three messages of SCRAM-SHA-256 (RFC 5802, RFC 7677) without channel binding. `exchange` sends and awaits one. */
export async function authenticate(
  username: string,
  password: string,
  exchange: (message: string) => Promise<string>,
  nonce: string = randomBytes(18).toString('base64'),
): Promise<void> {
  const name = username.replaceAll('=', '=3D').replaceAll(',', '=2C');
  const first = `n=${name},r=${nonce}`;
  const challenge = await exchange(`n,,${first}`);
  const server = attributes(challenge);
  const serverNonce = server.get('r') ?? '';
  const iterations = Number(server.get('i'));
  if (!serverNonce.startsWith(nonce) || !(iterations >= 4096 && iterations <= 1_000_000)) {
    throw new Error('the broker answered SCRAM with an invalid challenge');
  }
  const salted = await derive(password.normalize('NFKC'), Buffer.from(server.get('s') ?? '', 'base64'), iterations, 32, 'sha256');
  const withoutProof = `c=biws,r=${serverNonce}`;
  const signed = `${first},${challenge},${withoutProof}`;
  const clientKey = hmac(salted, 'Client Key');
  const signature = hmac(createHash('sha256').update(clientKey).digest(), signed);
  const proof = Buffer.from(clientKey.map((byte, index) => byte ^ (signature[index] ?? 0)));
  const final = attributes(await exchange(`${withoutProof},p=${proof.toString('base64')}`));
  const expected = hmac(hmac(salted, 'Server Key'), signed);
  const given = Buffer.from(final.get('v') ?? '', 'base64');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw new Error('the broker could not prove that it knows the password');
  }
}
