/** A file that is generated from the code and committed, so that reviewers see consequences. */
export interface View {
  /** From the root of the repository. */
  readonly path: string;
  readonly content: string;
}

export function jsonView(path: string, value: unknown): View {
  return { path, content: `${JSON.stringify(value, null, 2)}\n` };
}

export function pageView(path: string, lines: readonly string[]): View {
  return { path, content: `${lines.join('\n')}\n` };
}

export const generatedNote = 'Generated from the code by `npm run generate`; do not edit.';

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)];
}
