/** Puts a table between its marks on the page; throws when the page has none. */
export function withTable(page: string, table: readonly string[], name = 'measured'): string {
  const marks = [`<!-- ${name} -->`, `<!-- /${name} -->`] as const;
  const [open, close] = marks.map((mark) => page.indexOf(mark));
  if (open === undefined || close === undefined || open < 0 || close < open) throw new Error(`the page lacks ${marks.join(' … ')}`);
  return `${page.slice(0, open)}${marks[0]}\n\n${table.join('\n')}\n\n${page.slice(close)}`;
}
