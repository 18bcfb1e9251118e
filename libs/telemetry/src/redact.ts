/** Field names whose values never reach a log line, at the top and one level down. */
const names = ['password', 'authorization', 'secret', 'token', 'apiKey', 'key_secret', 'cookie'];

export const secretFields: string[] = names.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);

// API keys and the tokens of login links are recognisable by design; so are passwords inside connection URLs and bearer headers.
const apiKey = /\b(dbl?)_([A-Za-z0-9-]{1,64})_[A-Za-z0-9_-]{8,}/g;
const urlPassword = /(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@"]+:)[^\s@"]+@/gi;
const bearer = /(\bBearer\s+)[A-Za-z0-9._~+/=-]+/gi;

/** Removes API keys, login tokens, passwords in URLs and bearer tokens from a text; the id of an API key stays. */
export function redactText(text: string): string {
  return text.replace(apiKey, '$1_$2_[redacted]').replace(urlPassword, '$1[redacted]@').replace(bearer, '$1[redacted]');
}
