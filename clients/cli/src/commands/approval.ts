import type { ApprovalView } from '@drawbridge/contracts';
import { segment } from '../client/api.js';
import { type Define, listFlags, type ListOptions, type Register } from '../command.js';
import { CliError, usage } from '../errors.js';
import { exit } from '../exit.js';
import { listing, timeText } from '../listing.js';
import { type Column, one, type OneView, section } from '../output/shown.js';
import { isId, parseReference, parseVersion } from '../reference.js';
import type { Session } from '../session.js';
import type { Command } from 'commander';

const columns: readonly Column<ApprovalView>[] = [
  { title: 'APPROVAL', of: (approval) => approval.id },
  { title: 'VERSION', of: (approval) => `${approval.model}@${approval.version}` },
  { title: 'ENVIRONMENT', of: (approval) => approval.environment },
  { title: 'STATUS', of: (approval) => approval.status, status: true },
  {
    title: 'ANSWERS',
    of: (approval) => `${approval.decisions.filter(({ decision }) => decision === 'approved').length}/${approval.needed}`,
  },
  { title: 'ASKED BY', of: (approval) => approval.requestedBy.name ?? approval.requestedBy.id },
  { title: 'YOU', of: (approval) => (approval.status === 'pending' ? (approval.cannotDecide ?? 'may answer') : undefined) },
  { title: 'AUTHOR', of: (approval) => approval.author.name ?? approval.author.id, wide: true },
  { title: 'REASON', of: (approval) => approval.reason, wide: true },
  { title: 'POLICY', of: (approval) => approval.bindsTo.policyVersion, wide: true },
  { title: 'ARTIFACT', of: (approval) => `sha256:${approval.bindsTo.artifactSha256}`, wide: true },
  { title: 'EXPIRES', of: (approval) => timeText(approval.expiresAt), wide: true },
];

const view: OneView<ApprovalView> = {
  columns,
  name: (approval) => approval.id,
  sections: (approval) => [
    section('Answers', approval.decisions, [
      { title: 'AT', of: (answer) => timeText(answer.at) },
      { title: 'ANSWER', of: (answer) => answer.decision, status: true },
      { title: 'BY', of: (answer) => answer.responder.name ?? answer.responder.id },
      { title: 'COMMENT', of: (answer) => answer.comment },
    ]),
  ],
};

interface ApprovalListOptions extends ListOptions {
  readonly model?: string;
  readonly status?: string;
  readonly environment?: string;
  readonly mine?: boolean;
}

export const approval: Register = (noun, define) => {
  define<ApprovalListOptions>(
    listFlags(
      noun
        .command('list')
        .description('approvals, newest first')
        .option('--model <NAME[@VERSION]>')
        .option('--status <status>', 'pending, approved, rejected, expired or voided')
        .option('--environment <name>')
        .option('--mine', 'only what waits for you'),
    ),
    (session, _args, { model, status, environment, mine, ...options }) => {
      const reference = model === undefined ? undefined : parseReference(model);
      const filter = {
        model: reference?.model,
        version: reference?.version,
        status,
        environment,
        ...(mine === true ? { mine: 'waiting' } : {}),
      };
      return listing<ApprovalView>(
        session.api,
        '/approvals',
        { ...options, query: filter },
        { columns, name: view.name, nothing: 'nothing waits' },
      );
    },
  );

  define(
    noun.command('get').description('one approval; --wait waits until it is decided').argument('<APPROVAL>', 'its id, or NAME@VERSION'),
    async (session, [text = '']) => {
      const found = await find(session, text);
      if (!session.globals.wait) return one(found, view);
      const decided = await session.until(`an answer to approval ${found.id}`, async () => {
        const now = await session.api.get<ApprovalView>(`/approvals/${found.id}`);
        return now.status === 'pending' ? undefined : now;
      });
      return one(decided, { ...view, ...(decided.status === 'approved' ? {} : { exit: exit.refused }) });
    },
  );

  answer(noun, define, 'approve', 'approved', 'say yes; you cannot approve what you made or asked for');
  answer(noun, define, 'reject', 'rejected', 'say no');
};

function answer(noun: Command, define: Define, verb: string, decision: 'approved' | 'rejected', about: string): void {
  define<{ readonly reason?: string }>(
    noun
      .command(verb)
      .description(about)
      .argument('<APPROVAL>', 'its id, or NAME@VERSION')
      .option('--reason <text>', decision === 'rejected' ? 'why; always needed' : 'why; needed for production'),
    async (session, [text = ''], { reason }) => {
      const found = await find(session, text);
      const needed = decision === 'rejected' || found.environment.startsWith('prod');
      if (needed && (reason ?? '').trim() === '') throw usage(`${verb} for ${found.environment} needs a reason`, `add --reason "…"`);
      const body = { decision, ...(reason === undefined ? {} : { comment: reason }) };
      return one(await session.api.post<ApprovalView>(`/approvals/${segment(found.id)}/decisions`, body), view);
    },
  );
}

/** By id, or the newest about a version, one that is open first. */
async function find(session: Session, text: string): Promise<ApprovalView> {
  if (isId(text)) return session.api.get<ApprovalView>(`/approvals/${text}`);
  const { model, version } = parseVersion(text);
  const { items } = await session.api.items<ApprovalView>('/approvals', { model, version }, 50);
  const found = items.find(({ status }) => status === 'pending') ?? items[0];
  if (found !== undefined) return found;
  throw new CliError(exit.notFound, {
    code: 'DBR-APPROVAL-NOT-FOUND',
    message: `no approval was asked for ${text}`,
    fix: 'drawbridge approval list',
  });
}
