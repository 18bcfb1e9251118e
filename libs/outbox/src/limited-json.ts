const maxDepth = 64;
const maxMembers = 50_000;

const quote = 34;
const backslash = 92;
const comma = 44;
const openers = new Set([91, 123]);
const closers = new Set([93, 125]);

/** Why a JSON text is refused before it is parsed; undefined when its shape is within limits. */
export function shapeProblem(bytes: Buffer): string | undefined {
  let depth = 0;
  let members = 0;
  let inText = false;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (inText) {
      if (byte === backslash) at += 1;
      else if (byte === quote) inText = false;
      continue;
    }
    if (byte === quote) inText = true;
    else if (openers.has(byte)) {
      depth += 1;
      if (depth > maxDepth) return `JSON nested deeper than ${maxDepth}`;
    } else if (closers.has(byte)) depth -= 1;
    else if (byte === comma) {
      members += 1;
      if (members > maxMembers) return `JSON with more than ${maxMembers} members`;
    }
  }
  return undefined;
}
