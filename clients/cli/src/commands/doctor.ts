import type { Register } from '../command.js';
import { exit } from '../exit.js';
import { list, type Column, one } from '../output/shown.js';
import { type Finding, worst } from '../doctor/finding.js';
import { machineChecks } from '../doctor/machine.js';
import { installationChecks } from '../doctor/installation.js';
import { loopChecks } from '../doctor/loop.js';

interface DoctorOptions {
  readonly loop?: boolean;
  readonly env?: boolean;
}

const columns: readonly Column<Finding>[] = [
  { title: 'STATE', of: (finding) => finding.state, status: true },
  { title: 'CHECK', of: (finding) => finding.check },
  { title: 'DETAIL', of: (finding) => finding.detail },
  { title: 'FIX', of: (finding) => (finding.state === 'ok' ? undefined : finding.fix) },
  { title: 'CODE', of: (finding) => finding.code, wide: true },
];

export const doctor: Register = (noun, define) => {
  define<DoctorOptions>(
    noun
      .option('--loop', 'also send a marked prediction through register, predict, event and metric')
      .option('--env', 'print each setting and where it comes from, secrets masked')
      .addHelpText('after', '\nEnds with 8 when a check fails; warnings do not change the exit code.'),
    async (session, _args, { loop, env }) => {
      if (env === true) return settingsTable(session);
      const findings = [
        ...(await machineChecks(session)),
        ...(await installationChecks(session)),
        ...(loop === true ? await loopChecks(session) : []),
      ];
      const failed = findings.filter(({ state }) => state === 'fail').length;
      const warned = findings.filter(({ state }) => state === 'warn').length;
      const note = `${findings.length} checks: ${failed} failed, ${warned} warnings`;
      return list(findings, { columns, name: ({ check }) => check, note, ...(worst(findings) === 'fail' ? { exit: exit.refused } : {}) });
    },
  );
};

type Setting = { readonly setting: string; readonly value: string | null; readonly from: string };

function settingsTable({ settings }: Parameters<typeof machineChecks>[0]): ReturnType<typeof one> {
  const { server, serving, key, project, context, stack } = settings;
  const rows: Setting[] = [
    { setting: 'context', value: context ?? null, from: context === undefined ? 'none' : 'flag, environment or current' },
    { setting: 'server', ...server },
    { setting: 'serving', ...serving },
    { setting: 'key', value: key === undefined ? null : masked(key.value), from: key?.from ?? 'none' },
    { setting: 'project', ...project },
    { setting: 'stack', value: stack?.file ?? null, from: stack === undefined ? 'none found' : 'found from here' },
  ];
  return list(rows, {
    columns: [
      { title: 'SETTING', of: (row) => row.setting },
      { title: 'VALUE', of: (row) => row.value },
      { title: 'FROM', of: (row) => row.from },
    ],
    name: (row) => row.setting,
  });
}

/** The id of a key is no secret; what follows is. */
function masked(key: string): string {
  const [prefix, id] = key.split('_');
  return prefix === 'db' && id !== undefined ? `db_${id}_****` : '****';
}
