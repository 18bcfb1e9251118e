import { spawn } from 'node:child_process';

// Waits for a line that never comes as long as the parent lives; the end of the pipe is the parent's death.
const script = `
read -r line
[ "$line" = done ] && exit 0
kill -s "$2" "$1" 2>/dev/null || exit 0
i=0
while [ $i -lt 80 ] && kill -0 "$1" 2>/dev/null; do sleep 0.1; i=$((i+1)); done
kill -s KILL "$1" 2>/dev/null
exit 0
`;

/**
 * Ends the process when this one dies, however it dies. A shell in a session of its own holds the read end of a pipe;
 * the kernel closes the write end with us. Returns the function that calls the guard off.
 */
export function guard(pid: number, signal: NodeJS.Signals): () => void {
  const shell = spawn('/bin/sh', ['-c', script, 'drawbridge-guard', String(pid), signal.replace('SIG', '')], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  shell.on('error', () => undefined);
  shell.stdin.on('error', () => undefined);
  shell.unref();
  // The pipe must not keep an otherwise finished process alive.
  if ('unref' in shell.stdin && typeof shell.stdin.unref === 'function') shell.stdin.unref();
  return () => shell.stdin.end('done\n');
}
