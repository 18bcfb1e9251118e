#!/usr/bin/env node
// Runs every check of the project, from a clean clone if need be, and closes with one line: N passed, N failed.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepare } from '../../local/bin/prepare.mjs';

const root = join(import.meta.dirname, '../../..');
const scratch = mkdtempSync(join(tmpdir(), 'drawbridge-test-'));
const jest = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js'];
const only = process.argv.slice(2);

/** Each stage is one command. `counts` reads how many tests it ran; without it the command itself is the test. */
const stages = [
  { name: 'lockfile', command: ['npm', 'ci', '--dry-run', '--ignore-scripts', '--no-audit', '--no-fund', '--silent'] },
  { name: 'lint', command: ['npx', 'oxlint', '--type-aware', '--deny-warnings'] },
  { name: 'format', command: ['npx', 'oxfmt', '--check'] },
  { name: 'types', command: ['npx', 'tsc', '-b'] },
  { name: 'page types', command: ['npx', 'tsc', '-p', 'services/console/web/tsconfig.json', '--noEmit'] },
  { name: 'boundaries', command: ['node', 'infra/checks/dist/src/boundaries.main.js'] },
  { name: 'generated views', command: ['node', 'infra/checks/dist/src/generated.main.js', '--check'] },
  { name: 'unit and contract', jest: 'jest.config.mjs' },
  { name: 'integration', jest: 'jest.it.config.mjs', args: ['--runInBand'] },
  { name: 'story and browser', jest: 'jest.e2e.config.mjs', args: ['--runInBand'] },
];

let passed = 0;
let failed = 0;

function run(name, command) {
  return new Promise((resolve) => {
    const child = spawn(command[0], command.slice(1), {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, NX_DAEMON: 'false', FORCE_COLOR: '0' },
    });
    child.on('error', (error) => {
      console.error(`${name}: ${error.message}`);
      resolve(1);
    });
    child.on('exit', (code) => resolve(code ?? 1));
  });
}

async function runJest(stage) {
  const report = join(scratch, `${stage.name.replaceAll(' ', '-')}.json`);
  const code = await run(stage.name, [
    process.execPath,
    ...jest,
    '--config',
    stage.jest,
    '--json',
    `--outputFile=${report}`,
    ...(stage.args ?? []),
  ]);
  if (!existsSync(report)) {
    failed += 1;
    return code === 0 ? 1 : code;
  }
  const result = JSON.parse(readFileSync(report, 'utf8'));
  passed += result.numPassedTests;
  // A suite that could not even start has no failed tests of its own.
  failed += result.numFailedTests + result.numRuntimeErrorTestSuites;
  if (result.numPendingTests > 0) console.log(`${stage.name}: ${result.numPendingTests} skipped`);
  if (code !== 0 && result.numFailedTests + result.numRuntimeErrorTestSuites === 0) failed += 1;
  return code;
}

await prepare(root);
const begun = Date.now();
const table = [];
for (const stage of stages) {
  if (only.length > 0 && !only.includes(stage.name)) continue;
  console.log(`\n== ${stage.name}`);
  const start = Date.now();
  const code = stage.jest === undefined ? await run(stage.name, stage.command) : await runJest(stage);
  if (stage.jest === undefined) {
    if (code === 0) passed += 1;
    else failed += 1;
  }
  table.push(`${code === 0 ? 'ok  ' : 'FAIL'} ${stage.name.padEnd(20)} ${((Date.now() - start) / 1000).toFixed(1).padStart(7)} s`);
}
rmSync(scratch, { recursive: true, force: true });
console.log(`\n${table.join('\n')}\ntotal ${((Date.now() - begun) / 1000).toFixed(0)} s, without the set-up`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
