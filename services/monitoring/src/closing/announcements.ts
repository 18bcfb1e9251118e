import type { Exemplar } from '@drawbridge/contracts';
import type { Outbox } from '@drawbridge/outbox';
import type { Transaction } from '@drawbridge/postgres';
import { chooseExemplars } from '../domain/exemplars.js';
import { identityOf } from '../domain/monitor-event.js';
import type { DetectionStore } from '../persistence/detection.store.js';
import { detectionEventId } from '../persistence/ids.js';
import { MOST_CANDIDATES, type PredictionStore } from '../persistence/prediction.store.js';
import {
  address,
  type AlarmTurn,
  budgetOf,
  causeOf,
  closedData,
  type ClosedWindow,
  driftOf,
  type Episode,
  episodeOf,
  evidenceOf,
} from './event-data.js';

/** The events of closing: what a window was, and what the alarm made of it. */
export class Announcements {
  constructor(
    private readonly outbox: Outbox,
    private readonly detections: DetectionStore,
    private readonly predictions: PredictionStore,
  ) {}

  windowsClosed(tx: Transaction, windows: readonly ClosedWindow[]): Promise<void> {
    return this.outbox.appendAll(
      tx,
      windows.map((closed) => ({
        ...address(closed.monitor, 'window.closed', closed.eventId),
        cause: closed.monitor.cause,
        data: closedData(closed),
      })),
    );
  }

  /** Of these episodes those that were ever opened. They may be over by now. */
  opened(tx: Transaction, detectionIds: readonly string[]): Promise<Set<string>> {
    return this.detections.existing(tx, detectionIds);
  }

  /** What the windows of different monitors made of their alarms. */
  async alarms(tx: Transaction, turns: readonly AlarmTurn[]): Promise<void> {
    await this.detected(
      tx,
      turns.filter(({ step }) => step.action.kind === 'open' || step.action.kind === 'escalate'),
    );
    await this.resolved(
      tx,
      turns.filter(({ step }) => step.action.kind === 'resolve'),
    );
  }

  private async detected(tx: Transaction, turns: readonly AlarmTurn[]): Promise<void> {
    const episodes = turns.flatMap(episodeOf);
    if (episodes.length === 0) return;
    const spent = await this.detections.countSince(tx, episodes.map(budgetOf));
    const exemplars = await this.exemplars(tx, episodes);
    const said = episodes.map((episode, index) => ({
      episode,
      data: driftOf(episode, spent[index]! + (episode.what === 'opened' ? 1 : 0), exemplars[index]!),
      eventId: detectionEventId(episode.alarm.detectionId, episode.closed.window.id, episode.what),
    }));
    const opened = said.filter(({ episode }) => episode.what === 'opened');
    await this.detections.insertAll(
      tx,
      opened.map(({ episode, data, eventId }) => ({
        project: episode.closed.monitor.project,
        evidence: evidenceOf(episode, data, eventId),
      })),
    );
    for (const { episode } of said) {
      if (episode.what === 'escalated') await this.detections.escalate(tx, episode.alarm.detectionId, episode.alarm.severity);
    }
    await this.outbox.appendAll(
      tx,
      said.map(({ episode: { closed }, data, eventId }) => ({
        ...address(closed.monitor, 'drift.detected', eventId),
        cause: causeOf(closed),
        data,
      })),
    );
  }

  /** Windows go together as long as their rows are no more than one large window has: they are all in memory at once. */
  private async exemplars(tx: Transaction, episodes: readonly Episode[]): Promise<Exemplar[][]> {
    const chosen: Exemplar[][] = [];
    let group: Episode[] = [];
    let rows = 0;
    const look = async (): Promise<void> => {
      const candidates = await this.predictions.candidates(
        tx,
        group.map(({ closed: { window } }) => window),
      );
      for (const [index, { closed, baseline, features }] of group.entries()) {
        chosen.push(chooseExemplars(candidates[index]!, baseline.layout, closed.part.counts, features));
      }
      group = [];
      rows = 0;
    };
    for (const episode of episodes) {
      const more = Math.min(episode.closed.part.n, MOST_CANDIDATES);
      if (group.length > 0 && rows + more > MOST_CANDIDATES) await look();
      group.push(episode);
      rows += more;
    }
    await look();
    return chosen;
  }

  private async resolved(tx: Transaction, turns: readonly AlarmTurn[]): Promise<void> {
    const ended = turns.flatMap(({ closed, before, step: { action } }) =>
      action.kind === 'resolve' && before.state === 'open' ? [{ closed, alarm: before, windowsClear: action.windowsClear }] : [],
    );
    await this.detections.resolve(
      tx,
      ended.map(({ closed, alarm }) => ({ id: alarm.detectionId, at: new Date(closed.window.endMs) })),
    );
    await this.outbox.appendAll(
      tx,
      ended.map(({ closed, alarm, windowsClear }) => ({
        ...address(closed.monitor, 'drift.resolved', detectionEventId(alarm.detectionId, closed.window.id, 'resolved')),
        cause: causeOf(closed),
        data: {
          ...identityOf(closed.monitor),
          detectionId: alarm.detectionId,
          windowId: closed.window.id,
          durationMs: closed.window.endMs - Date.parse(alarm.since),
          windowsClear,
        },
      })),
    );
  }
}
