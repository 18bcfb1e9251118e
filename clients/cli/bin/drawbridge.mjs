#!/usr/bin/env node
// Committed as it is, so that `npm install` can link it before anything is built.
import { existsSync } from 'node:fs';

const built = new URL('../dist/src/main.js', import.meta.url);
if (existsSync(built)) {
  await import(built.href);
} else {
  process.stderr.write(
    'DBR-NOT-BUILT  The CLI is installed but not built yet.\n' +
      '  why  its code in clients/cli/dist is made by the build\n' +
      '  fix  npx tsc -b clients/cli    (or npm run build for everything)\n',
  );
  process.exitCode = 1;
}
