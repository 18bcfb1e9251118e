// Plain JavaScript without dependencies: it runs on a clean clone, before anything is installed or built.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');

function say(text) {
  if (!process.argv.includes('--json')) process.stdout.write(`${text}\n`);
  else process.stdout.write(`${JSON.stringify({ at: new Date().toISOString(), kind: 'note', detail: text.trim() })}\n`);
}

function refuse(code, title, what, why, fix) {
  if (process.argv.includes('--json')) {
    process.stdout.write(
      `${JSON.stringify({ at: new Date().toISOString(), kind: 'error', code, detail: what, data: { title, why, fix } })}\n`,
    );
  } else {
    process.stderr.write(`${code}  ${title}\n  what  ${what}\n  why   ${why}\n  fix   ${fix}\n`);
  }
  process.exit(1);
}

export function checkNode(version = process.versions.node) {
  const [major, minor] = version.split('.').map(Number);
  if ((major === 20 && minor >= 19) || major > 22 || (major === 22 && minor >= 12)) return;
  refuse(
    'DBR-NODE-VERSION',
    'This Node.js is too old',
    `this is Node.js ${version}`,
    'Drawbridge is built for Node.js 20.19 or newer in line 20, and for 22.12 or newer.',
    'Install a current Node.js and run the command again.',
  );
}

/** True when every package of the lockfile is there with its version; packages for other platforms may be missing. */
export function isInstalled(folder = root) {
  try {
    const wanted = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')).packages;
    const present = JSON.parse(readFileSync(join(folder, 'node_modules', '.package-lock.json'), 'utf8')).packages;
    return Object.entries(wanted).every(
      ([path, entry]) =>
        !path.startsWith('node_modules/') ||
        entry.link === true ||
        (present[path] === undefined ? entry.optional === true : present[path].version === entry.version),
    );
  } catch {
    return false;
  }
}

/** Runs a program and, where no terminal shows its own progress, says every few seconds that it goes on. */
function runVisibly(command, args, what) {
  return new Promise((resolve, reject) => {
    const started = Date.now();
    const live = process.stdout.isTTY && !process.argv.includes('--json');
    let output = '';
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', live ? 'inherit' : 'pipe', live ? 'inherit' : 'pipe'] });
    child.stdout?.on('data', (chunk) => (output += chunk));
    child.stderr?.on('data', (chunk) => (output += chunk));
    const timer = setInterval(() => say(`  ${what}: ${Math.round((Date.now() - started) / 1000)} s`), 10_000);
    if (live) clearInterval(timer);
    child.once('error', reject);
    child.once('close', (code) => {
      clearInterval(timer);
      if (code === 0) {
        say(`  [ok] ${what.padEnd(52)} ${((Date.now() - started) / 1000).toFixed(1).padStart(6)} s`);
        resolve();
      } else {
        process.stderr.write(output.split('\n').slice(-30).join('\n'));
        reject(new Error(`${command} ${args.join(' ')} ended with ${code}`));
      }
    });
  });
}

/** The youngest change below a folder, by modification time. */
function newest(folder) {
  let latest = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const time = statSync(join(entry.parentPath ?? entry.path, entry.name)).mtimeMs;
    if (time > latest) latest = time;
  }
  return latest;
}

function isWebStale() {
  const built = join(root, 'services', 'console', 'dist', 'web', 'index.html');
  const sources = join(root, 'services', 'console', 'web');
  if (!existsSync(sources)) return false;
  return !existsSync(built) || newest(sources) > statSync(built).mtimeMs;
}

/** Makes a clone ready to run: packages as locked, everything compiled. Quick when there is nothing to do. */
export async function prepare() {
  checkNode();
  if (!isInstalled()) {
    say('installing the packages of package-lock.json (once, about 1.1 GB on disk)');
    await runVisibly('npm', ['ci', '--no-audit', '--no-fund'], 'packages installed');
  }
  const started = Date.now();
  await compile();
  if (isWebStale()) await runVisibly('npm', ['run', 'build:web', '--workspace', '@drawbridge/console', '--if-present'], 'console built');
  if (Date.now() - started > 3000)
    say(`  [ok] ${'build is current'.padEnd(52)} ${((Date.now() - started) / 1000).toFixed(1).padStart(6)} s`);
}

function compile() {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-b'], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`the sources do not compile:\n${output.split('\n').slice(0, 30).join('\n')}`));
    });
  });
}

/** What every command does: prepare, then hand over to the compiled program. */
export async function handOver(command) {
  try {
    await prepare();
    const { main } = await import('../dist/src/main.js');
    // Whatever an interrupted start still waits for must not hold the end up: its processes are stopped.
    process.exit(await main(command, process.argv.slice(2)));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
}
