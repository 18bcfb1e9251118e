import { usage } from '../errors.js';
import { plain } from './plain.js';
import type { Format } from './render.js';

/** Items that come one by one. With `-o json` the whole is one array, closed even when the command is interrupted. */
export class Stream {
  private count = 0;

  constructor(
    private readonly format: Format,
    private readonly write: (text: string) => Promise<void>,
  ) {
    if (format === 'env') throw usage('-o env does not fit a stream', 'use -o ndjson');
  }

  async item(value: unknown, text: string, name: string): Promise<void> {
    this.count += 1;
    switch (this.format) {
      case 'json':
        return this.write(`${this.count === 1 ? '[\n' : ',\n'}${JSON.stringify(value)}`);
      case 'ndjson':
        return this.write(`${JSON.stringify(value)}\n`);
      case 'yaml':
        return this.write(`---\n${(await import('yaml')).stringify(value)}`);
      case 'name':
        return this.write(`${plain(name)}\n`);
      case 'table':
      case 'wide':
      case 'env':
        return this.write(`${text}\n`);
    }
  }

  async end(): Promise<void> {
    if (this.format === 'json') await this.write(this.count === 0 ? '[]\n' : '\n]\n');
  }
}
