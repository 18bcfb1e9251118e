import { basename } from 'node:path';
import Sequencer from '@jest/test-sequencer';

const order = ['story.e2e.ts', 'controls.e2e.ts', 'traces.e2e.ts', 'browser.e2e.ts', 'browser-deeds.e2e.ts'];

/** The story comes first: the other suites look at what it left. */
export default class StorySequencer extends Sequencer {
  sort(tests) {
    const rank = ({ path }) => (order.indexOf(basename(path)) + order.length + 1) % (order.length + 1);
    return [...tests].sort((a, b) => rank(a) - rank(b) || a.path.localeCompare(b.path));
  }
}
