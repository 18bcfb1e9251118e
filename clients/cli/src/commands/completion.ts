import type { Command } from 'commander';
import type { Register } from '../command.js';
import { usage } from '../errors.js';
import { programFor } from '../program.js';
import type { Session } from '../session.js';

/** Names from the server are waited for this long; without them the words of the program are offered. */
const NAMES_MS = 300;

const scripts: Readonly<Record<string, string>> = {
  bash: `_drawbridge() {
  local IFS=$'\\n'
  COMPREPLY=($("\${COMP_WORDS[0]}" __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _drawbridge drawbridge dbr
`,
  zsh: `#compdef drawbridge dbr
_drawbridge() {
  local -a found
  found=("\${(@f)$("\${words[1]}" __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  compadd -- $found
}
compdef _drawbridge drawbridge dbr
`,
  fish: `function __drawbridge_complete
  set -l words (commandline -opc) (commandline -ct)
  $words[1] __complete -- $words[2..-1] 2>/dev/null
end
complete -c drawbridge -f -a '(__drawbridge_complete)'
complete -c dbr -f -a '(__drawbridge_complete)'
`,
};

export const completion: Register = (noun, define) => {
  define(
    noun
      .argument('<shell>', 'bash, zsh or fish')
      .addHelpText('after', '\n  bash: source <(drawbridge completion bash)\n  fish: drawbridge completion fish | source'),
    async (session, [shell = '']) => {
      const script = Object.hasOwn(scripts, shell) ? scripts[shell] : undefined;
      if (script === undefined) throw usage(`there is no completion for ${shell}`, 'bash, zsh and fish are known');
      await session.io.data(script);
      return undefined;
    },
  );
};

/** Answers the shell: a line per word that may stand here. */
export const answerShell: Register = (noun, define) => {
  define(noun.argument('[words...]').allowUnknownOption(), async (session, words) => {
    const program = await programFor([], session.io.host, undefined, true);
    const prefix = words.at(-1) ?? '';
    const found = await candidates(session, program, words.slice(0, -1), prefix);
    const fitting = found.filter((word) => word.startsWith(prefix));
    await session.io.data(fitting.map((word) => `${word}\n`).join(''));
    return undefined;
  });
};

async function candidates(session: Session, program: Command, before: readonly string[], prefix: string): Promise<readonly string[]> {
  const { command, words } = descend(program, before);
  const last = before.at(-1) ?? '';
  const option = [...program.options, ...command.options].find(({ short, long }) => last !== '' && (short === last || long === last));
  if (option?.argChoices !== undefined) return option.argChoices;
  if (option?.required === true) return [];
  if (prefix.startsWith('-'))
    return [...command.options, ...program.options].flatMap(({ long }) => (long === undefined || long === null ? [] : [long]));
  const children = command.commands.map((child) => child.name()).filter((name) => !name.startsWith('__'));
  if (children.length > 0) return children;
  const argument = command.registeredArguments[words.length] ?? command.registeredArguments.at(-1);
  return argument === undefined ? [] : names(session, argument.name());
}

/** The command that the words lead to, and its own words so far. */
function descend(program: Command, before: readonly string[]): { command: Command; words: readonly string[] } {
  let command = program;
  const words: string[] = [];
  for (const word of before) {
    if (word.startsWith('-')) continue;
    const child = command.commands.find((each) => each.name() === word);
    if (child === undefined) words.push(word);
    else command = child;
  }
  return { command, words };
}

const lists: Readonly<Record<string, readonly [path: string, name: string]>> = {
  NAME: ['/models', 'name'],
  ENDPOINT: ['/endpoints', 'name'],
  DEPLOYMENT: ['/endpoints', 'name'],
  MONITOR: ['/endpoints', 'name'],
  INCIDENT: ['/incidents', 'id'],
  APPROVAL: ['/approvals', 'id'],
  'key-id': ['/keys', 'keyId'],
};

async function names(session: Session, argument: string): Promise<readonly string[]> {
  const source = lists[argument.replace(/[[@].*$/, '')];
  if (source === undefined || session.settings.key === undefined) return [];
  const [path, field] = source;
  try {
    const query = { limit: 100 };
    const asked = session.api.json<{ items: Readonly<Record<string, unknown>>[] }>('GET', path, {
      query,
      timeoutMs: NAMES_MS,
      repeatable: false,
    });
    const { items } = await asked;
    return items.flatMap((item) => (typeof item[field] === 'string' ? [item[field]] : []));
  } catch {
    return [];
  }
}
