/** Field names whose values never reach a log line, at the top and one level down. */
const names = ['password', 'authorization', 'secret', 'token', 'apiKey', 'key_secret', 'cookie'];

export const secretFields: string[] = names.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);

// API keys are recognisable by design; so are passwords inside connection URLs and bearer headers.
const apiKey = /\bdb_([A-Za-z0-9-]{1,64})_[A-Za-z0-9_-]{8,}/g;
const urlPassword = /(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@"]+:)[^\s@"]+@/gi;
const bearer = /(\bBearer\s+)[A-Za-z0-9._~+/=-]+/gi;

/** Removes API keys, passwords in URLs and bearer tokens from a text; the id of an API key stays. */
export function redactText(text: string): string {
  return text.replace(apiKey, 'db_$1_[redacted]').replace(urlPassword, '$1[redacted]@').replace(bearer, '$1[redacted]');
}
