export interface Weight {
  readonly javascript: number;
  readonly css: number;
  readonly pages: Readonly<Record<string, number>>;
}
export const budgets: { readonly javascript: number; readonly css: number; readonly page: number };
export function weigh(folder: string): Weight;
