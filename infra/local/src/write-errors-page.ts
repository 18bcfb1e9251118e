import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorPage } from './errors-page.js';
import { repositoryRoot } from './package-root.js';

mkdirSync(join(repositoryRoot, 'docs'), { recursive: true });
writeFileSync(join(repositoryRoot, 'docs', 'errors.md'), errorPage());
